# Welsh: not yet reviewed by a speaker.

answer-api-no-such = Nid oes ateb o'r enw hwnnw yn y cam hwn.
answer-api-fact = Ffaith a gofnodwyd sy'n ateb hyn: cofnodwch y ffaith yn lle hynny.
answer-api-type = Testun, rhestr o destunau, rhywbeth anhysbys neu null yw ateb.
answer-api-instant = Rhowch amser gyda'i gylchfa, er enghraifft 2026-10-05T22:40:00Z.
answer-api-future = Ni all y cyswllt fod yn y dyfodol.
answer-api-office-hours = Mae swyddfeydd yr awdurdod lleol ar agor bryd hynny: mae not_reached yn dweud hynny.
answer-api-note = Rhaid i'r nodyn fod yn 2,000 nod neu lai.
answer-api-reason = Rhowch reswm, mewn 2,000 nod neu lai.
answer-api-closed = Cafodd ei anfon neu ei dynnu'n ôl eisoes; ni chofnodir dim mwy yma.
answer-api-not-a-draft = Nid yw'n cael ei ysgrifennu mwyach.
