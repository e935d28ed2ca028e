# Welsh: not yet reviewed by a speaker.
# Accounts, for administrators.
users-title = Cyfrifon
users-add = Ychwanegu cyfrif
users-any = Unrhyw un
users-state = Cyflwr
users-open = Ar agor
users-is-closed = Wedi cau
users-filter = Dangos
users-count = { $count ->
    [one] Un cyfrif.
   *[other] { $count } cyfrif.
}
users-none = Nid oes cyfrif felly.
users-pages = Tudalennau
users-before = Blaenorol
users-after = Nesaf
users-one = Cyfrif
users-name = Enw
users-name-hint = Yr hyn y mae cydweithwyr yn eu galw, megis DC Amber
users-username-hint = Yr hyn y maent yn ei deipio i fewngofnodi: llythrennau, rhifau, atalnodau llawn, cysylltnodau a thanlinellau
users-place = Asiantaeth a thîm
users-place-hint = Nid oes angen tîm ar weinyddwyr, archwilwyr a phartneriaid
users-password-lead = Gwneir cyfrinair a’i ddangos unwaith. Rhaid iddynt ei newid wrth fewngofnodi am y tro cyntaf.
users-password-once = Rhowch y cyfrinair hwn iddynt mewn ffordd ddiogel. Fe’i dangosir unwaith, a rhaid ei newid wrth fewngofnodi am y tro cyntaf.
users-must-change = Rhaid newid y cyfrinair wrth fewngofnodi nesaf
users-has-factor = Wedi’i osod
users-own = Mae gan eich cyfrif eich hun ei dudalen ei hun
users-password = Gwneud cyfrinair newydd
users-password-why = Nid yw eu cyfrinair yn dal mwyach ac mae eu sesiynau’n dod i ben. Dangosir yr un newydd i chi unwaith.
users-password-made = Gwnaed cyfrinair newydd
users-factor = Tynnu’r ail ffactor
users-factor-why = Ar gyfer ffôn coll. Mae eu sesiynau’n dod i ben; wrth fewngofnodi nesaf maent yn gosod un newydd. Gwnewch yn siŵr mai nhw sy’n gofyn.
users-factor-removed = Tynnwyd yr ail ffactor
users-do-close = Cau’r cyfrif
users-close-why = Mae eu sesiynau a’u tocynnau’n dod i ben ar unwaith. Mae’r hyn a ysgrifennwyd ganddynt yn aros yn eiddo iddynt.
users-closed = Mae’r cyfrif wedi cau
users-do-open = Agor y cyfrif eto
users-open-why = Gallant fewngofnodi eto gyda’r cyfrinair oedd ganddynt. Ni ddaw tocynnau yn ôl.
users-opened = Mae’r cyfrif ar agor
users-error-own = Ni ellir newid eich cyfrif eich hun yma
users-error-role = Dewiswch yr hyn y maent yn ei wneud
users-error-place = Dewiswch asiantaeth neu dîm
