# What the API says about answers and referrals it cannot take.

answer-api-no-such = This step has no answer of that name.
answer-api-fact = This is answered by a recorded fact: record the fact instead.
answer-api-type = An answer is a text, a list of texts, an unknown or null.
answer-api-instant = Give an instant with its zone, such as 2026-10-05T22:40:00Z.
answer-api-future = The contact cannot lie in the future.
answer-api-office-hours = At that time the local authority’s offices are open: not_reached says so.
answer-api-note = The note must have 2,000 characters or fewer.
answer-api-reason = Give a reason, in 2,000 characters or fewer.
answer-api-closed = It was sent or withdrawn already; nothing more is recorded here.
answer-api-not-a-draft = It is no longer being written.
