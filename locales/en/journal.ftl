# Who looked: at a record, and what an account did.
journal-title = Journal
journal-lead = Find who looked at a record and who changed it, or what an account did. No case is shown here, only references.
journal-find-record = A record
journal-find-record-label = Reference
journal-find-record-hint = Such as P-7K4M-2Q or R-9TC3-4X
journal-find-record-button = Find the record
journal-find-record-none = There is no record of your agency with this reference
journal-find-account = An account
journal-find-account-label = Username
journal-find-account-hint = What somebody types to sign in
journal-find-account-button = Find the account
journal-find-account-none = There is no account of your agency with this username
journal-whole = Whether the journal is whole can be checked on the server: heyrick journal verify.
journal-asking-recorded = What you ask here is recorded too.

journal-record-title = Who looked at { $reference }
journal-record-lead-person = Every look at this record and every change, newest first, and those of the person’s referrals as far as you may see them.
journal-record-lead-referral = Every look at this referral and every change, newest first.
journal-record-auditors = You also see what auditors looked at; the team does not.
journal-account-title = What an account did
journal-account-heading = What { $name } did
journal-account-lead = Every look and every change by this account, newest first. Records of other agencies are counted, not named.
journal-filter = Show
journal-show-all = Everything
journal-show-looks = Looks
journal-show-changes = Changes
journal-none = Nothing of this kind is recorded.
journal-pages = Pages
journal-older = Earlier
journal-newest = Back to the newest
journal-shown = { $count ->
    [one] 1 record shown
   *[other] { $count } records shown
}
journal-times = { $count } times, first on { $first }
journal-refused = Refused
journal-unreadable = This entry cannot be read any more; check the journal
journal-command-line = The command line of the server
journal-nobody = Somebody who was not signed in
journal-program = The program itself

journal-did-other = { $who } did something this version has no words for
journal-did-in-list = { $times ->
    [one] { $who } was shown it in a list
   *[other] { $who } was shown it in lists { $times } times
}
journal-did-found = { $times ->
    [one] { $who } found it by a search
   *[other] { $who } found it by searches { $times } times
}
journal-did-user-signed-in = { $who } signed in
journal-did-user-sign-in-failed = { $who } tried to sign in and failed
journal-did-user-signed-out = { $who } signed out
journal-did-session-revoked = { $who } ended a session
journal-did-user-added = { $who } made an account
journal-did-user-changed = { $who } changed an account
journal-did-user-disabled = { $who } closed an account
journal-did-user-enabled = { $who } opened a closed account again
journal-did-user-password-changed = { $who } changed a password
journal-did-user-factor-confirmed = { $who } set up a second factor
journal-did-user-factor-removed = { $who } took a second factor away
journal-did-user-recovery-codes-made = { $who } made new recovery codes
journal-did-user-recovery-code-used = { $who } used a recovery code
journal-did-token-added = { $who } made an API token
journal-did-token-revoked = { $who } revoked an API token
journal-did-agency-added = { $who } added an agency
journal-did-team-added = { $who } added a team
journal-did-grant-given = { $who } gave it, or cover, to somebody by name
journal-did-grant-ended = { $who } ended what somebody held by name
journal-did-restriction-decided = { $who } decided who of the team sees it
journal-did-sight-viewed = { $who } asked who can see it
journal-did-person-added = { $who } made the record
journal-did-person-changed = { $who } changed the record
journal-did-person-viewed = { $who } opened the record
journal-did-person-listed = { $who } was shown a list of people
journal-did-person-searched = { $who } searched for people
journal-did-contact-added = { $who } recorded a way to get in touch
journal-did-contact-ended = { $who } ended a way to get in touch
journal-did-contact-viewed = { $who } saw how to get in touch
journal-did-consent-recorded = { $who } recorded an answer about consent
journal-did-age-recorded = { $who } recorded an age
journal-did-capacity-recorded = { $who } recorded a capacity assessment
journal-did-best-interests-recorded = { $who } recorded a best-interests decision
journal-did-best-interests-signed = { $who } signed a best-interests decision
journal-did-referral-added = { $who } began the referral
journal-did-referral-viewed = { $who } opened the referral
journal-did-referral-listed = { $who } was shown a list of referrals
journal-did-referral-answers-saved = { $who } saved answers
journal-did-referral-history-viewed = { $who } saw the history of answers
journal-did-referral-allocated = { $who } gave the referral to somebody
journal-did-referral-authority-contacted = { $who } recorded contact with the local authority
journal-did-referral-withdrawn = { $who } withdrew the referral
journal-did-review-asked = { $who } asked for a second reader
journal-did-review-viewed = { $who } read it a second time
journal-did-review-finding-settled = { $who } settled a mark of the review
journal-did-review-closed = { $who } closed the review
journal-did-preparation-made = { $who } prepared the referral
journal-did-preparation-withdrawn = { $who } took the preparation back
journal-did-preparation-viewed = { $who } opened what was prepared
journal-did-preparation-field-ticked = { $who } ticked a field as handed over
journal-did-preparation-printed = { $who } printed the referral
journal-did-preparation-exported = { $who } took the referral out as data
journal-did-sending-recorded = { $who } attached the Home Office’s copy
journal-did-file-added = { $who } added a file
journal-did-file-discarded = { $who } took a file away again
journal-did-file-viewed = { $who } opened a file
journal-did-task-added = { $who } raised a task
journal-did-task-done = { $who } settled a task
journal-did-task-given = { $who } gave a task
journal-did-task-moved = { $who } moved the day of a task
journal-did-task-reopened = { $who } opened a task again
journal-did-task-escalated = { $who } escalated an overdue task
journal-did-board-viewed = { $who } opened the board
journal-did-task-listed = { $who } was shown a list of tasks
journal-did-journal-viewed = { $who } asked who looked
journal-did-keys-rotated = { $who } put new keys in place
journal-did-world-loaded = { $who } loaded invented or prepared records

journal-reason-allocated = to work on it
journal-reason-supervises = to supervise it
journal-reason-named = to keep sight of it
journal-reason-shared = shown to another agency
journal-reason-acting = acting rank
journal-reason-covers = cover
journal-reason-none = open to the team
journal-reason-restricted = restricted
journal-reason-sealed = sealed

journal-why-team-sees-its-own = because it belongs to their team, or one they cover
journal-why-restricted-to-author-and-inspector = because they made it, or are an inspector of its team
journal-why-granted-by-name = because it was given to them by name
journal-why-team-makes-records = because they make records in their team
journal-why-team-makes-people = because they make records of people in their team
journal-why-team-changes-its-own = because they work on it
journal-why-support-officer-changes-people = because support officers keep people’s records in order
journal-why-first-responder-hands-over = because first responders hand over
journal-why-supervisor-reads-signs-and-allocates = because they supervise
journal-why-inspector-seals = because inspectors seal and open what is sealed
journal-why-owner-sees-who-looked = because it is theirs
journal-why-auditor-sees-who-looked = because they audit
journal-why-administrator-manages-accounts = because they manage accounts
journal-why-auditor-sees-what-an-account-did = because they audit
journal-why-supervisor-gives-cover = because supervisors give cover
journal-why-supervisor-sees-the-board = because supervisors see the board
