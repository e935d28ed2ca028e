# My work: the first page.
home-morning = Good morning
home-afternoon = Good afternoon
home-evening = Good evening
home-lead-nothing = Nothing is overdue, and nothing is due by { $day }.
home-lead-overdue = { $count ->
    [one] 1 thing is overdue.
   *[other] { $count } things are overdue.
}
home-lead-soon = { $count ->
    [one] 1 thing is due by { $day }.
   *[other] { $count } things are due by { $day }.
}
home-due = Due
home-due-none = Nothing is due.
home-all-tasks = All tasks
home-review = For you to read or sign
home-drafts = Drafts
home-draft = Referral { $reference }
home-draft-progress = { $done } of { $all } parts done
home-draft-saved = saved { $when }
home-draft-unsent = nothing has been sent
home-continue = Continue
home-new = New to you
home-given-allocated = given to you to work on by { $who }
home-given-supervises = given to you to supervise by { $who }
home-given-named = given to you by name by { $who }
home-given-shared = shown to you by { $who }
home-given-nobody-allocated = given to you to work on
home-given-nobody-supervises = given to you to supervise
home-given-nobody-named = given to you by name
home-given-nobody-shared = shown to you
home-waiting = Waiting on others
home-escalated = Escalated to you
home-empty-title = Nothing waits for you
home-empty-add = To refer somebody, add the person first: what is known of them is then filled into the referral for you. You can stop at any page and come back.
home-empty-see = Look for a person or a referral with the links above. What is given to you appears here.
home-add = Add a person
home-partner-lead = You see what another agency has shown you by name, and nothing else.
home-partner-shared = Shown to you
home-partner-none = Nothing is shown to you today. When a colleague of the police team shares a record with you, it appears here.
home-partner-why = Every look is recorded.
home-administrator-lead = You manage accounts and see no case.
home-administrator-how = What is done on the server
home-administrator-agencies = Agencies and teams, on the server
home-administrator-tokens = API tokens, on the server
home-administrator-journal = Whether the journal is whole, on the server
home-administrator-why = Everything done to an account is recorded.
