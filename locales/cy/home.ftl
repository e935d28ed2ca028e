# Welsh: not yet reviewed by a speaker.
# My work: the first page.
home-morning = Bore da
home-afternoon = Prynhawn da
home-evening = Noswaith dda
home-lead-nothing = Nid oes dim yn hwyr, ac nid oes dim i’w wneud erbyn { $day }.
home-lead-overdue = { $count ->
    [one] Mae 1 peth yn hwyr.
   *[other] Mae { $count } peth yn hwyr.
}
home-lead-soon = { $count ->
    [one] Mae 1 peth i’w wneud erbyn { $day }.
   *[other] Mae { $count } peth i’w wneud erbyn { $day }.
}
home-due = I’w wneud
home-due-none = Nid oes dim i’w wneud.
home-all-tasks = Pob tasg
home-review = I chi ei ddarllen neu ei lofnodi
home-drafts = Drafftiau
home-draft = Atgyfeiriad { $reference }
home-draft-progress = { $done } o { $all } rhan wedi’u gwneud
home-draft-saved = cadwyd { $when }
home-draft-unsent = nid oes dim wedi’i anfon
home-continue = Parhau
home-new = Newydd i chi
home-given-allocated = rhoddwyd i chi weithio arno gan { $who }
home-given-supervises = rhoddwyd i chi ei oruchwylio gan { $who }
home-given-named = rhoddwyd i chi wrth eich enw gan { $who }
home-given-shared = dangoswyd i chi gan { $who }
home-given-nobody-allocated = rhoddwyd i chi weithio arno
home-given-nobody-supervises = rhoddwyd i chi ei oruchwylio
home-given-nobody-named = rhoddwyd i chi wrth eich enw
home-given-nobody-shared = dangoswyd i chi
home-waiting = Yn aros am eraill
home-escalated = Wedi’u codi atoch chi
home-empty-title = Nid oes dim yn aros amdanoch
home-empty-add = I atgyfeirio rhywun, ychwanegwch yr unigolyn yn gyntaf: bydd yr hyn a wyddys amdano wedyn yn cael ei lenwi i chi. Gallwch stopio ar unrhyw dudalen a dod yn ôl.
home-empty-see = Chwiliwch am unigolyn neu atgyfeiriad gyda’r dolenni uchod. Bydd yr hyn a roddir i chi yn ymddangos yma.
home-add = Ychwanegu unigolyn
home-partner-lead = Rydych yn gweld yr hyn y mae asiantaeth arall wedi’i ddangos i chi wrth eich enw, a dim arall.
home-partner-shared = Dangoswyd i chi
home-partner-none = Nid oes dim yn cael ei ddangos i chi heddiw. Pan fydd cydweithiwr o dîm yr heddlu yn rhannu cofnod â chi, bydd yn ymddangos yma.
home-partner-why = Cofnodir pob edrychiad.
home-administrator-lead = Rydych yn rheoli cyfrifon ac nid ydych yn gweld unrhyw achos.
home-administrator-how = Yr hyn a wneir ar y gweinydd
home-administrator-agencies = Asiantaethau a thimau, ar y gweinydd
home-administrator-tokens = Tocynnau API, ar y gweinydd
home-administrator-journal = A yw’r dyddlyfr yn gyfan, ar y gweinydd
home-administrator-why = Cofnodir popeth a wneir i gyfrif.
