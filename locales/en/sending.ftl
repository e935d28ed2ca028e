# The Home Office's own copy: attached, compared, recorded.
sending-title = { $reference } · The Home Office’s copy
sending-heading = The Home Office’s copy
sending-not-sent = When the form is submitted, the Home Office sends a copy by e-mail. Attach it here: only that makes this referral sent.
sending-is-sent = This referral is sent. If the Home Office sends another copy, attach it too.
sending-copy = Copy { $number }
sending-sent-on = Sent on
sending-sent-on-hint = The day on the copy, or the day of the e-mail.
sending-reference = Home Office reference
sending-reference-optional = Home Office reference (optional)
sending-reference-hint = As it stands on the copy.
sending-no-reference = None given
sending-attached = Attached
sending-file = File
sending-download = Save the file
sending-see-differences = What differs from what was prepared
sending-attach = Attach the copy
sending-attach-another = Attach another copy
sending-choose = Choose the file
sending-choose-hint = A PDF, the e-mail saved as a file (.eml), or plain text. At most 10 MB.
sending-compare = Compare
sending-compare-title = { $reference } · Compare the copy
sending-compare-heading = Compare, then record
sending-compare-why = Each answer that was prepared was looked for in the copy, and what stands only in the copy is shown too. Labels and line breaks do not count. Nothing here changes an answer.
sending-same = { $same ->
    [one] One answer stands in both.
   *[other] { $same } answers stand in both.
}
sending-not-compared = { $count ->
    [one] One says too little to be looked for, such as yes or no: compare it by eye.
   *[other] { $count } say too little to be looked for, such as yes or no: compare them by eye.
}
sending-by-eye = Answers to compare by eye: what was prepared
sending-differ = { $count ->
    [one] One answer is not in the copy, or is there in other words:
   *[other] { $count } answers are not in the copy, or are there in other words:
}
sending-none-differ = Nothing differs.
sending-ours = What was prepared
sending-theirs = What comes nearest in the copy
sending-only-theirs = Only in the copy
sending-only-theirs-why = { $count ->
    [one] One passage of the copy is explained neither by what was prepared nor by the labels of a form.
   *[other] { $count } passages of the copy are explained neither by what was prepared nor by the labels of a form.
}
sending-only-theirs-watched = This is a Duty to Notify about somebody who is not named. Look at each passage: a name, a date of birth, an address or anybody suspected must not stand there. What is known of them stands first. If something left that must not, tell your supervisor and whoever answers for data protection.
sending-in-copy = In the copy
sending-nothing-of-ours = Nothing of this was prepared.
sending-tells = Known:
sending-nothing-near = Nothing comes near.
sending-unreadable = There is no text in this file that can be read, such as in a photograph of a page. Compare it by eye.
sending-record = Is this the Home Office’s copy?
sending-record-button = Record it: this is sent
sending-recorded = Recorded. This referral is sent.
sending-discard-what = If it is the wrong file, discard it. It is then gone; the journal keeps only that there was one.
sending-discard = Discard the file
sending-discarded = The file is discarded.
sending-file-empty = Choose a file that is not empty
sending-file-large = The file must be 10 MB or smaller
sending-file-kind = The file must be a PDF, a saved e-mail (.eml) or plain text
sending-day = Enter the day it was sent as day, month and year
sending-future = The day it was sent cannot lie in the future
sending-reference-long = The reference must have 100 characters or fewer
