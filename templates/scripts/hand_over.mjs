// Hand-over: copies an answer with one press and saves a tick as it is set. Without it, text is selected
// whole by a click and ticks are saved by the button of their section.

function button (text, label) {
  const made = document.createElement('button')
  made.type = 'button'
  made.className = 'govuk-button govuk-button--secondary'
  made.textContent = text
  made.setAttribute('aria-describedby', label)
  return made
}

function copying (form) {
  for (const box of form.querySelectorAll('[data-copy-from]')) {
    const label = box.closest('.heyrick-box').querySelector('h3').id
    const press = button(form.dataset.copy, label)
    press.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(box.textContent)
        press.textContent = form.dataset.copied
        setTimeout(() => { press.textContent = form.dataset.copy }, 2000)
      } catch {
        getSelection().selectAllChildren(box)
      }
    })
    box.closest('.heyrick-box').querySelector('.heyrick-box__do').prepend(press)
  }
}

async function send (form, tick) {
  const fields = new URLSearchParams()
  for (const name of ['csrf', 'preparation', 'section']) fields.set(name, form.elements[name].value)
  // A tick may come and go: these are not one form sent twice.
  fields.set('csrf', form.elements.csrf.value.split('.')[0])
  fields.set(tick.checked ? 'tick' : 'was', tick.value)
  const answer = await fetch(form.action, {
    method: 'POST', body: fields, headers: { accept: 'application/json' }, redirect: 'manual'
  })
  if (!answer.ok) throw new Error('not saved')
  return answer.json()
}

function saving (form) {
  const save = form.querySelector('.heyrick-save-ticks')
  save.hidden = true
  form.addEventListener('change', async (event) => {
    const tick = event.target
    if (tick.name !== 'tick') return
    try {
      const { words } = await send(form, tick)
      document.getElementById('progress').textContent = words
      const name = form.elements.section.value
      const count = document.querySelector(`[data-section-progress="${name}"]`)
      const entered = form.querySelectorAll('[name=tick]:checked').length
      if (count) count.textContent = count.textContent.replace(/^\d+/, String(entered))
    } catch {
      save.hidden = false
      document.getElementById('progress').textContent = form.dataset.failed
    }
  })
}

export function handOver () {
  for (const form of document.querySelectorAll('[data-ticks]')) {
    if (navigator.clipboard) copying(form)
    saving(form)
  }
}
