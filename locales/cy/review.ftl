# Welsh: not yet reviewed by a speaker. The identifiability review of a Duty to Notify: what a marked place is, and words that could stand instead of it.
review-kind-suspect = Rhywun dan amheuaeth
review-kind-other-victim = Dioddefwr posibl arall
review-kind-own-name = Enw’r person ei hun
review-kind-date-of-birth = Pryd y cawson nhw eu geni
review-kind-together = Perthynas gyda gwaith neu le: gyda’i gilydd maen nhw’n pwyntio at un teulu
review-kind-email = Cyfeiriad e-bost
review-kind-link = Cyfeiriad gwe neu gyfrif
review-kind-phone = Rhif ffôn
review-kind-plate = Plât rhif cerbyd
review-kind-document = Rhif dogfen neu achos
review-kind-address = Cyfeiriad
review-kind-small-place = Lle bach
review-kind-relative = Perthynas sy’n eu gwneud yn wahanol
review-kind-business = Busnes wedi’i enwi
review-kind-institution = Ysgol, addoldy, ysbyty neu debyg
review-kind-mark = Rhywbeth am eu corff neu eu hiechyd
review-kind-occupation = Galwedigaeth neu safle anghyffredin
review-kind-age = Oedran
review-kind-date = Dyddiad
review-kind-name = Enw, ar berson neu le
review-kind-town = Tref

# Words offered in place of a marked one. They become part of what leaves, and the reader may change them first.
review-use-coastal-village = pentref ger y môr
review-use-small-place = lle bach
review-use-relative-trade = perthynas, na ddywedir mwy amdano yma
review-use-relative = perthynas
review-use-business = busnes
review-use-institution = sefydliad
review-use-mark = manylyn am gorff neu iechyd
review-use-occupation = person sy’n gweithio
review-use-address = cyfeiriad
review-use-age = ar ryw oedran
review-use-date = rhyw adeg
review-use-name = person neu le
# An entry of the Home Office’s list of towns: the same in every language.
review-use-town = Unknown
