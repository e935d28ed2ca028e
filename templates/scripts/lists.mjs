// Opens a reference list under a box while somebody types. Without it, the button beside the box finds the
// same entries. What is typed and is in no list is sent as it is.
import './accessible-autocomplete.min.js'

const MOST = 12
const known = new Map()

const fold = (text) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim()

// Once for each list of a page.
function list (name) {
  if (!known.has(name)) {
    known.set(name, fetch(`/lists/${name}`).then(async (answer) => {
      if (!answer.ok) throw new Error(`no list ${name}`)
      return (await answer.json()).map((value) => ({ value, folded: fold(value) }))
    }))
  }
  return known.get(name)
}

// Those that begin alike first, then those that hold every word.
function like (entries, typed) {
  const folded = fold(typed)
  const words = folded.split(' ')
  const begins = entries.filter((entry) => entry.folded.startsWith(folded))
  const holds = entries.filter((entry) => !begins.includes(entry) && words.every((word) => entry.folded.includes(word)))
  return [...begins, ...holds].slice(0, MOST).map((entry) => entry.value)
}

const placed = (text, values) => text.replace(/%\{(\w+)\}/g, (_, name) => values[name])

async function open (box) {
  const input = box.querySelector('input[type=text]')
  const entries = await list(box.dataset.list)
  const words = box.dataset
  const about = input.getAttribute('aria-describedby')
  const place = document.createElement('div')
  input.replaceWith(place)
  globalThis.accessibleAutocomplete({
    element: place,
    id: input.id,
    name: input.name,
    defaultValue: input.value,
    source: (typed, show) => show(like(entries, typed)),
    minLength: 2,
    confirmOnBlur: false,
    // Over the page, not in it: a list that closes must not move the button somebody is about to press.
    displayMenu: 'overlay',
    inputClasses: 'govuk-input',
    tNoResults: () => words.none,
    tAssistiveHint: () => words.hint,
    tStatusQueryTooShort: () => words.short,
    tStatusNoResults: () => words.none,
    tStatusSelectedOption: (what, all, at) => placed(words.selected, { what, number: at + 1, all }),
    tStatusResults: (count, selected) => `${placed(words.results, { count })} ${selected}`
  })
  const made = box.querySelector(`[id="${input.id}"]`)
  if (about) made.setAttribute('aria-describedby', `${about} ${made.getAttribute('aria-describedby') ?? ''}`.trim())
  // Somebody who types on has not picked what was offered before.
  made.addEventListener('input', () => {
    for (const pick of box.querySelectorAll('input[type=radio]')) pick.checked = false
  })
  box.querySelector('.heyrick-search__find')?.remove()
}

export function openLists (boxes) {
  // A list that cannot be had leaves its box and its button as they are.
  for (const box of boxes) open(box).catch(() => {})
}
