// GOV.UK Frontend's one line that says scripts run here; a file, because no script is written into a page.
document.body.className += ' js-enabled' + ('noModule' in HTMLScriptElement.prototype ? ' govuk-frontend-supported' : '')
