# The identifiability review of a Duty to Notify: what a marked place is, and words that could stand instead of it.
review-kind-suspect = Somebody suspected
review-kind-other-victim = Another potential victim
review-kind-own-name = The person’s own name
review-kind-date-of-birth = When they were born
review-kind-together = A relative with a trade or a place: together they point to one family
review-kind-email = An e-mail address
review-kind-link = A web address or an account
review-kind-phone = A phone number
review-kind-plate = A vehicle’s number plate
review-kind-document = A number of a document or a case
review-kind-address = An address
review-kind-small-place = A small place
review-kind-relative = A relative who sets them apart
review-kind-business = A named business
review-kind-institution = A school, place of worship, hospital or the like
review-kind-mark = Something about their body or health
review-kind-occupation = A rare occupation or standing
review-kind-age = An age
review-kind-date = A date
review-kind-name = A name, of a person or a place
review-kind-town = A town

# Words offered in place of a marked one. They become part of what leaves, and the reader may change them first.
review-use-coastal-village = village by the sea
review-use-small-place = small place
review-use-relative-trade = relative, of whom no more is said here
review-use-relative = relative
review-use-business = a business
review-use-institution = an institution
review-use-mark = detail of body or health
review-use-occupation = working person
review-use-address = an address
review-use-age = at some age
review-use-date = a certain time
review-use-name = a person or place
# An entry of the Home Office’s list of towns: the same in every language.
review-use-town = Unknown
