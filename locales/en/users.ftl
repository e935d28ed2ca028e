# Accounts, for administrators.
users-title = Accounts
users-add = Add an account
users-any = Any
users-state = State
users-open = Open
users-is-closed = Closed
users-filter = Show
users-count = { $count ->
    [one] One account.
   *[other] { $count } accounts.
}
users-none = No account is like that.
users-pages = Pages
users-before = Before
users-after = Next
users-one = Account
users-name = Name
users-name-hint = What colleagues call them, such as DC Amber
users-username-hint = What they type to sign in: letters, numbers, full stops, hyphens and underscores
users-place = Agency and team
users-place-hint = Administrators, auditors and partners need no team
users-password-lead = A password is made and shown once. They must change it when they first sign in.
users-password-once = Give them this password by a safe way. It is shown once, and must be changed at the first sign-in.
users-must-change = The password must be changed at the next sign-in
users-has-factor = Set up
users-own = Your own account has its own page
users-password = Make a new password
users-password-why = Their password no longer holds and their sessions end. The new one is shown to you once.
users-password-made = A new password was made
users-factor = Take the second factor away
users-factor-why = For a lost telephone. Their sessions end; at the next sign-in they set up a new one. Be sure it is them who asks.
users-factor-removed = The second factor was taken away
users-do-close = Close the account
users-close-why = Their sessions and tokens end at once. What they wrote stays theirs.
users-closed = The account is closed
users-do-open = Open the account again
users-open-why = They can sign in again with the password they had. Tokens are not brought back.
users-opened = The account is open
users-error-own = Your own account cannot be changed here
users-error-role = Choose what they do
users-error-place = Choose an agency or a team
