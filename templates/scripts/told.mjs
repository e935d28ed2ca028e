// Notes of a first account beside a page of the form: a press copies a note, or adds it to the answer it helps with.
// Without it, a click selects a note whole.

function press (text, label, does) {
  const made = document.createElement('button')
  made.type = 'button'
  made.className = 'govuk-button govuk-button--secondary'
  made.textContent = text
  made.setAttribute('aria-describedby', label)
  made.addEventListener('click', () => does(made))
  return made
}

function add (box, words) {
  const before = box.value.trimEnd()
  box.value = before === '' ? words : `${before}\n\n${words}`
  box.dispatchEvent(new Event('input', { bubbles: true }))
  box.focus()
}

export function besideTold (section) {
  if (!section) return
  for (const note of section.querySelectorAll('[data-told]')) {
    const place = note.closest('.heyrick-box')
    const label = place.querySelector('h3').id
    const buttons = place.querySelector('.heyrick-box__do')
    for (const key of note.dataset.told.split(' ').filter(Boolean)) {
      const box = document.getElementById(key)
      const asked = document.querySelector(`label[for="${key}"]`)
      if (box?.tagName !== 'TEXTAREA' || !asked) continue
      const words = section.dataset.put.replace('%', asked.textContent.trim())
      buttons.append(press(words, label, () => add(box, note.textContent)))
    }
    if (!navigator.clipboard) continue
    buttons.append(press(section.dataset.copy, label, async (button) => {
      try {
        await navigator.clipboard.writeText(note.textContent)
        button.textContent = section.dataset.copied
        setTimeout(() => { button.textContent = section.dataset.copy }, 2000)
      } catch {
        getSelection().selectAllChildren(note)
      }
    }))
  }
}
