# Families: people referred together, each by themselves.
family-title = Family
family-lead = Each member has a referral of their own, and it leads where their own age and answer lead. Nothing merges them, and no Duty to Notify carries the link.
family-members = Members
family-person = Record
family-left = { $left ->
    [one] 1 line left
   *[other] { $left } lines left
}
family-left-nothing = nothing left to answer
family-begun = Linked by { $who }, { $when }.
family-add = Add a member
family-link = Family
family-refer = Refer a family
family-opened = The family is open. Each member has a referral.
family-is-parent = parent
family-is-partner = husband, wife or partner
family-is-child = child
family-is-sibling = brother or sister
family-is-grandparent = grandparent
family-is-grandchild = grandchild
family-is-aunt_or_uncle = aunt or uncle
family-is-niece_or_nephew = niece or nephew
family-is-cousin = cousin
family-is-carer = carer
family-is-other = other relative or member of the household
family-is-not_known = member of the family, not known how

family-begin-title = Refer a family
family-begin-lead = One action opens one referral for each member. Who agrees, how old they are and what they say stays with each; what happened to all of them is written once afterwards.
family-begin-already = This person belongs to a family already
family-relationship = What they are in the family
family-known = Members already on record
family-known-hint = People of the same last name are offered. Say what somebody is in the family to choose them.
family-find-label = Name or reference
family-find = Find
family-found = { $count ->
    [0] Nobody you can see was found.
    [one] 1 person was found.
   *[other] { $count } people were found.
}
family-not-of-it = Not in this family
family-new = Members not on record yet
family-new-hint = A name or what colleagues call them is enough. Leave empty what nobody knows.
family-new-row = New member { $number }
family-new-more = One more new member
family-dob-hint = As far as it is known: a year is enough. Somebody under 18 is referred without needing to agree.
family-look-over = Look over and open
family-look-title = Is this the family?
family-look-lead = Nothing is written yet. With the button below, all of it is, or none.
family-look-linked = { $reference } ({ $stage }) is linked; no other is begun
family-look-new = Put on record, and a referral is begun
family-look-begun = A referral is begun
family-look-alike = This may be somebody on record already. Go back and choose them there if it is.
family-leads-nrm = Leads to the NRM
family-leads-dtn = Leads to a Duty to Notify without the name
family-open = Open the referrals
family-change = Go back and change

family-shared-title = What the family shares
family-shared-lead = Written here once, it goes into every member’s referral that asks it and holds nothing yet; somebody looks at it there before it leaves. What differs is shown beside, and never written over. Age, consent, identity, indicators and your views stay with each.
family-shared-count = { $count ->
    [0] Nothing is written for all of them yet.
    [one] 1 answer is written for all of them.
   *[other] { $count } answers are written for all of them.
}
family-shared-none = Not shared: each member’s referral has its own
family-shared-see = See what is shared
family-share = Write what they share
family-write = Write for all
family-shared = Written for the family.
family-shared-look = Written for the family. Some members’ answers differ: choose which stands.
family-step-caption = For every member of the family
family-step-lead = Leave a question empty if it is not the same for all of them.
family-theirs = What a colleague wrote meanwhile
family-from = Take over from { $who } ({ $reference })
family-from-legend = Which of these answers hold for every member?
family-from-button = Write them for the family

family-offers-title = Answers that differ
family-offers-lead = Both answers are shown. Choose which stands; what you leave open is asked again later. What a member’s referral said stays in its history.
family-offers-count = { $count ->
    [one] 1 answer differs or is missing in a member’s referral
   *[other] { $count } answers differ or are missing in members’ referrals
}
family-offers-none = Every member’s referral says what the family says, or was kept as it is.
family-offers-save = Save what stands
family-own = This member’s answer
family-familys = The family’s answer ({ $who }, { $when })
family-which = Which stands?
family-keep-own = This member’s
family-keep-empty = Leave it empty
family-take = The family’s
family-chosen = Saved.

family-tells-title = Together, these referrals could identify somebody
family-tells-lead = A member of the family did not agree to be named. What stands in the others’ referrals could lead to them. This is advice: a child’s referral must hold what the child needs.
family-tells-of = About { $who } ({ $reference }), who did not agree to be named
family-tells-in = { $from } about { $who } ({ $reference }), who did not agree to be named
family-told-in = In { $reference }, about { $who }
family-tells-nothing = Nothing these rules know of leads to them. Read it with that eye all the same.
family-tells-name = their name stands here.
family-tells-last_name = they share this last name.
family-tells-born = their date of birth stands here.
family-tells-address = their address stands here, or the one they share.
family-tells-contact = their phone number or electronic address stands here.
family-tells-number = a number of theirs stands here.
family-tells-relative = a relative is spoken of.
family-tells-same_place = the same place also leaves in the Duty to Notify.
family-tells-same_words = the same words also leave in the Duty to Notify.
family-tells-same_label = both references hold the same word.
family-instead-relative = Say “an adult in the household” where the child’s account does not need more.
family-instead-last-name = Whoever this referral is about must be named in it; do not let age, day and place of both referrals match as well.
family-instead-leave-out = Leave it out if the child’s referral does not need it.
family-instead-address = Give the address of the child through the local authority where that is enough.
family-instead-notification = Take it out of the Duty to Notify, or say it there in general words.
family-instead-label = Choose references that say nothing.
family-linked-title = Linked referrals
family-linked-lead = Other members of this family have referrals that name them. Whoever reads both could put them together: read these words beside theirs. Nothing of the link leaves with this Duty to Notify.

family-error-alone = Choose at least one other member.
family-error-twice = Somebody is chosen twice, or is in the family already.
family-error-too-many = Open at most 20 members together.
family-error-relationship = Say what this member is in the family.
family-error-person-or-new = Name a person on record or give details of somebody new, and not both.
family-error-not-shared = A family shares none of these questions, or nobody answered one of them there.
family-error-stale = Somebody changed this meanwhile. Look at what stands now, then save again.
family-error-choose = Choose which answer stands, at least once.
family-error-tick = Tick at least one answer.
