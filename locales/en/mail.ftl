# E-mail, the calendar feed, and choosing them on the account page.
mail-test-subject = Heyrick: a test
mail-test-text = This is a test message from Heyrick. If you can read it, e-mail works.
mail-digest-subject = Heyrick: something waits for you
mail-digest-waiting = { $count ->
    [one] 1 thing waits for you.
   *[other] { $count } things wait for you.
}
mail-digest-sign-in = Sign in to see what:
mail-digest-stop = This message says no more, so that nothing is read by somebody else. You can stop it here:
feed-summary = Heyrick: something is due
feed-summary-clock = Heyrick: a day that matters in a case
feed-sign-in = Sign in to see what.
digest-title = Daily e-mail
digest-why = On working days at 7 in the morning: how many things wait for you, and where to sign in. It never says what, or whom it is about.
digest-no-mail = This installation sends no e-mail.
digest-wanted = Do you want it?
digest-yes = Yes
digest-no = No
digest-email = Your work e-mail address
digest-save = Save
digest-saved = Your choice was saved.
digest-error-missing = Give your e-mail address
digest-error-wrong = Give one e-mail address, such as name@force.example
feed-title = Your calendar
feed-why = A calendar program can show when something of yours is due, and the days the clocks of your referrals lead to. It shows days and times, and never what or whom.
feed-none = You have made no calendar address.
feed-made = Made { $at }
feed-used = last asked for { $at }
feed-make = Make a calendar address
feed-renew = Make a new address
feed-renew-why = A new address ends the one before.
feed-revoke = End it
feed-once = Copy this address into your calendar program now. It is shown only once. Whoever has it can see when something of yours is due.
feed-revoked = The calendar address was ended.
