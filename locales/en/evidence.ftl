# Evidence of a referral: files, what stays elsewhere, what is said about each.
evidence-title = { $reference } · Evidence
evidence-heading = Evidence
evidence-link = { $count ->
    [0] Evidence
    [one] Evidence: 1 file
   *[other] Evidence: { $count } files
}
evidence-count = { $count ->
    [0] No file is attached.
    [one] 1 file is attached.
   *[other] { $count } files are attached.
}
evidence-none = Nothing is recorded yet.
evidence-dtn = A Duty to Notify carries no files. What is attached here stays here.
evidence-take-back = What was prepared holds these files. To add, describe or take away evidence, take it back first.
evidence-take-back-link = Take it back
evidence-not-now = This cannot be changed now.
evidence-waiting = Not attached yet
evidence-waiting-what = Only you see these. They go on when you choose the same file again, or wait to be described. After a day they are deleted.
evidence-part-arrived = { $percent }% has arrived
evidence-describe = Describe and attach
evidence-discard = Delete
evidence-discarded = The file is deleted.
evidence-attached-heading = What is recorded
evidence-attached = Attached.
evidence-save = Save the file
evidence-save-copy = Save the copy without place and device
evidence-save-original = Save the original
evidence-original-what = The original also tells where and when the picture was taken and with which device. It is not what goes to others.
evidence-documents = This file goes to others as it is: who wrote it and when may stand in it.
evidence-save-each = Save each file and attach it there:
evidence-manifest-pdf = List on paper (PDF)
evidence-manifest-json = List as data (JSON)
evidence-manifest-title = Evidence of referral { $reference }
evidence-manifest-note = Pictures go along without the place, time and device they were taken with. What is kept elsewhere is named and does not go along.
evidence-to-say = Say in the form what each file is
evidence-attach-heading = Attach files
evidence-choose = Choose files
evidence-choose-hint = JPG, PNG, PDF, DOC or DOCX, each up to 25 MB. You may choose several.
evidence-pictures = From a picture, the place, time and device are taken out of the copy that goes to others. The original is kept.
evidence-attach = Send
evidence-no-files = There are no files: continue
evidence-sending = Sending { $name }
evidence-percent = { $percent }%
evidence-sent = { $name } has arrived
evidence-goes-on = { $name } goes on at { $percent }%
evidence-broken = The connection is gone. Sending goes on by itself when it is back.
evidence-connection-back = The connection is back. Sending goes on.
evidence-stop = Stop
evidence-stopped = { $name } is stopped. Choose it again to go on.
evidence-too-large = { $name } is larger than 25 MB
evidence-too-many = { $left ->
    [one] There is room for 1 more file
   *[other] There is room for { $left } more files
}
evidence-signed-out = You are signed out. Sign in and choose the file again: it goes on where it stopped.
evidence-failed = { $name } was not sent
evidence-go-on = Describe what arrived
evidence-never = Never upload
evidence-never-what = Record where it is held instead:
evidence-refer = Record something that is held elsewhere
evidence-refer-title = { $reference } · Evidence held elsewhere
evidence-refer-heading = Record something that is held elsewhere
evidence-refer-lead = Nothing is uploaded. Whoever needs it asks the place that holds it.
evidence-referenced = Recorded.
evidence-why = Why is it not uploaded?
evidence-why-indecent_images = Indecent images of children
evidence-why-indecent_images-hint = Having them is an offence. They stay with the force’s own unit.
evidence-why-abe_recording = A recorded interview (Achieving Best Evidence)
evidence-why-abe_recording-hint = The master stays sealed.
evidence-why-phone_download = What was downloaded from a phone or another device
evidence-why-phone_download-hint = It holds much about people who have nothing to do with this.
evidence-why-privileged = Papers between a lawyer and their client
evidence-why-privileged-hint = They are privileged: do not read or copy them.
evidence-why-elsewhere = It is kept elsewhere for another reason
evidence-reference = Reference and where it is held
evidence-reference-hint = Such as an exhibit number and the store. Do not name a person.
evidence-describe-title = { $reference } · Describe a file
evidence-describe-heading = Describe the file
evidence-describe-lead = It is attached once you have said what it is.
evidence-what = What is it?
evidence-key-what = What it is
evidence-key-dated = From
evidence-what-hint = Such as: payslip, July to August. Whoever decides reads this beside the file.
evidence-dated = When is it from?
evidence-dated-hint = When it was made or taken. A year alone will do.
evidence-dated-unknown = Nobody knows
evidence-date-unknown = date not known
evidence-origin = Where it came from
evidence-origin-optional = Where did it come from? (optional)
evidence-origin-hint = Such as: given by the person, found at the address.
evidence-also = The same is true of
evidence-also-hint = Ticked files get the same description.
evidence-keep = Save
evidence-wrong-file = This is the wrong file: delete it
evidence-one-title = { $reference } · Evidence { $number }
evidence-number = Evidence { $number }
evidence-name = File
evidence-kind-jpeg = JPG picture
evidence-kind-png = PNG picture
evidence-kind-pdf = PDF
evidence-kind-doc = Word document (DOC)
evidence-kind-docx = Word document (DOCX)
evidence-size-kb = { $number } KB
evidence-size-mb = { $number } MB
evidence-added = Added
evidence-last-described = Described
evidence-by = { $who }, { $when }
evidence-describe-again = Describe it again
evidence-again-title = { $reference } · Describe evidence { $number } again
evidence-again-lead = What was said before is kept.
evidence-described = The new description is saved.
evidence-theirs = { $who } described it again meanwhile, { $when }:
evidence-theirs-what = Below is what you typed. Saving puts it after theirs; both are kept.
evidence-before = What was said before
evidence-remove = Take it away
evidence-remove-title = { $reference } · Take evidence { $number } away
evidence-remove-lead = It no longer belongs to the referral. It is kept, with the reason, until its time for deletion comes.
evidence-reason = Why?
evidence-reason-hint = Such as: it belongs to another referral. Do not name a person.
evidence-removed = Taken away.
evidence-removed-by = Taken away by { $who }, { $when }.
evidence-removed-kept = It is kept until its time for deletion comes.
evidence-removed-heading = { $count ->
    [one] 1 was taken away
   *[other] { $count } were taken away
}
evidence-is-lost = The file is lost: it is not where it was kept
evidence-is-altered = The file is damaged: it is not what was attached
evidence-damaged-what = This was noticed { $when }. If you still have the file, attach it again and take this one away. Tell whoever runs Heyrick: a backup may hold it.
evidence-line = { $file }: { $what } ({ $dated })
evidence-file-not-taken = { $name }: { $why }
evidence-file-empty = the file is empty
evidence-file-large = the file is larger than 25 MB
evidence-file-kind = the file is not a JPG, PNG, PDF, DOC or DOCX, whatever its name says
evidence-file-damaged = the file is damaged or not complete
evidence-file-same = the same file is attached already, or waits to be
evidence-piece-large = more arrived than the file is long, or more than a piece may hold
evidence-error-nothing = Choose a file
evidence-error-form = The files are too much for one form: choose fewer
evidence-error-full = 100 files are attached or on their way: no more are taken
evidence-error-same = This file is attached to this referral already: give this one up
evidence-error-prepared = This is prepared or being read. Take it back before you change its evidence.
evidence-error-mark = The mark is longer than 100 characters
evidence-error-what = Say what it is
evidence-error-what-long = Say what it is in at most 1,000 characters
evidence-error-origin-long = Say where it came from in at most 500 characters
evidence-error-future = The date is in the future
evidence-error-date = This is not a date: give a day, month and year, or only the year
evidence-error-dated = Say when it is from, or that nobody knows
evidence-error-why = Say why it is not uploaded
evidence-error-reference = Give the reference and where it is held
evidence-error-reference-long = Give the reference in at most 200 characters
evidence-error-reason = Say why it is taken away
evidence-error-reason-long = Say why in at most 500 characters
evidence-error-lost = This file is lost: it is not where it was kept. Whoever works on the referral has a task about it.
evidence-error-altered = This file is damaged: it is not what was attached. Whoever works on the referral has a task about it.
