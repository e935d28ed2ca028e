# The explanation of the National Referral Mechanism.
explanation-title-adult = What being referred means
explanation-title-child = What happens now: for children and young people
explanation-lead = Read it aloud, or print it. Somebody of { $age } follows it. Use an interpreter where they would follow it better in another language.
explanation-version = Version { $version }, used since { $day }.
consent-explained-with = Which explanation did you use?
consent-explained-ours = This one: { $version }
consent-explained-other = Another, or none
consent-explained-read = Open the explanation, to read aloud or print
