# Welsh: not yet reviewed by a speaker.
# The explanation of the National Referral Mechanism.
explanation-title-adult = Beth mae cael eich atgyfeirio yn ei olygu
explanation-title-child = Beth sy’n digwydd nawr: i blant a phobl ifanc
explanation-lead = Darllenwch ef yn uchel, neu ei argraffu. Mae rhywun { $age } oed yn ei ddilyn. Defnyddiwch gyfieithydd lle byddent yn ei ddilyn yn well mewn iaith arall.
explanation-version = Fersiwn { $version }, mewn defnydd ers { $day }.
consent-explained-with = Pa esboniad a ddefnyddioch chi?
consent-explained-ours = Hwn: { $version }
consent-explained-other = Un arall, neu ddim
consent-explained-read = Agor yr esboniad, i’w ddarllen yn uchel neu ei argraffu
