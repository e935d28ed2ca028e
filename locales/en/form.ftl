# Every form: yes and no, what cannot be answered, what is still to settle, how far along a step is.
form-o-yes = Yes
form-o-no = No
form-o-not-sure = Not sure
form-o-i-dont-know = Not known

# Unknown is an answer, and there are four kinds of it.
form-unknown-legend = I cannot answer this
form-unknown-hint = Say why. It is an answer, and the four are kept apart.
form-unknown-none = I can: my answer is above
form-unknown-unknown = Asked: they do not know
form-unknown-not_asked = Not asked yet
form-unknown-refused = Asked: they did not want to say
form-unknown-not_safe_to_ask = Not safe to ask

form-status-not-needed = Not needed
form-status-not-started = Not started
form-status-in-progress = In progress
form-status-to-check = To check
form-status-done = Done

form-disclosure-warning = What you write here may be disclosed later: to the person, to a court, to the defence.
form-withheld-note = Kept back: without the adult’s consent the notification says “withheld” here. What you write stays with us.

# To settle before hand-over; everything is saved as it is.
form-p-missing = Answer this before hand-over
form-p-fact = Record this before hand-over
form-p-choose-one = Choose an answer before hand-over
form-p-choose-some = Tick at least one before hand-over
form-p-tick = Tick this before hand-over, once it is true
form-p-choose-listed = Choose from the list before hand-over
form-p-unknown-choose = The Home Office’s form takes no “not known” here: before hand-over, choose the nearest answer
form-p-too-long = Shorten this by { $over } before hand-over: the Home Office’s box takes { $max } characters
form-p-email = Check the e-mail address: it should look like name@example.org
form-p-number = Enter a whole number in figures, such as 2
form-p-not-listed = This is not in the Home Office’s list: choose an entry before hand-over
form-p-not-listed-open = This is not in the list we have. It leaves as typed: look under which name the Home Office’s form has it
form-p-not-url = Begin with words: the Home Office’s form refuses text that begins with a web address
form-p-date-future = This date is in the future: check it
form-p-date-early = This date is too early: it must come after 1 January 1900

# Worth a look; holds up nothing.
form-p-work-email = This may not be an address the Home Office sends its link to. Use your work address
form-p-phone = This does not look like a phone number. It is kept as you typed it: check it
form-p-phone-international = The Home Office’s form wants the country code in front, such as +44
form-p-county-lines = The account does not say “county lines” yet. Write it there: the Home Office’s form has no box for it

# Cannot be kept as it is; the page comes back with everything that was typed.
form-p-date = Enter a date that exists, as day, month and year
form-p-twice = Give one answer only
form-p-both = Either answer, or say why you cannot: not both
form-p-not-an-option = Choose one of the answers offered
form-p-no-unknown = This question takes no “not known”
form-p-too-many = Give at most { $most }
form-p-far-too-long = Shorten this: it is over { $max } characters, more than can be kept. You could attach it as a file
form-p-control = Something here cannot be kept: an invisible character, often from copied text. Type that part again
