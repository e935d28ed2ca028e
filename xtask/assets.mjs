// Writes the git-ignored folder `assets/` from the installed npm packages: styles and scripts for the
// browser, component templates for the renderer, reference lists, fonts for paper.
// Run by `cargo xtask setup`, after `npm ci --ignore-scripts`. Safe to run again.

import { createRequire } from 'node:module'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { fileURLToPath } from 'node:url'
import * as sass from 'sass'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const modules = path.join(root, 'node_modules')
const made = path.join(root, 'assets.new')
const target = path.join(root, 'assets')
const require = createRequire(import.meta.url)

const GOVUK = path.join(modules, 'govuk-frontend/dist/govuk')
const MOJ = path.join(modules, '@ministryofjustice/frontend/moj')

function write(name, text) {
  const file = path.join(made, name)
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.writeFileSync(file, text)
}

function copy(from, name) {
  const file = path.join(made, name)
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.copyFileSync(from, file)
}

// Source maps are not served, so the line that asks for them would only be an error in the console.
function copyScript(from, name) {
  write(name, fs.readFileSync(from, 'utf8').replace(/\n?\/\/# sourceMappingURL=.*\s*$/, '\n'))
}

function styles() {
  const made = sass.compile(path.join(root, 'templates/styles/heyrick.scss'), {
    // MOJ Frontend names GOV.UK Frontend from the root of the project.
    loadPaths: [root, modules],
    style: 'compressed',
    quietDeps: true,
    // Warnings come from the packages only; an error in our files still stops here.
    logger: sass.Logger.silent
  })
  const complete = fs.readFileSync(path.join(modules, 'accessible-autocomplete/dist/accessible-autocomplete.min.css'), 'utf8')
  const css = (made.css + complete.replace(/\/\*# sourceMappingURL=.*?\*\//, ''))
    .replaceAll('url("/assets/images/govuk-crest.svg")', 'none') // the crest is for gov.uk only
  if (css.includes('GDS Transport') || css.includes('@font-face')) {
    throw new Error('the styles ask for a font that only gov.uk may use')
  }
  write('public/heyrick.css', css)
}

function scripts() {
  for (const name of fs.readdirSync(path.join(root, 'templates/scripts'))) {
    copy(path.join(root, 'templates/scripts', name), `public/${name}`)
  }
  copyScript(path.join(GOVUK, 'govuk-frontend.min.js'), 'public/govuk-frontend.min.js')
  copyScript(path.join(MOJ, 'moj-frontend.min.js'), 'public/moj-frontend.min.js')
  copyScript(path.join(modules, 'accessible-autocomplete/dist/accessible-autocomplete.min.js'), 'public/accessible-autocomplete.min.js')
}

// Icons of components only: no crown, no crest, no government emblem.
function images() {
  const folder = path.join(MOJ, 'assets/images')
  for (const name of fs.readdirSync(folder).filter((name) => name.startsWith('icon-'))) {
    copy(path.join(folder, name), `public/images/${name}`)
  }
}

function templates() {
  for (const [prefix, folder] of [['govuk', GOVUK], ['moj', MOJ]]) {
    const components = path.join(folder, 'components')
    for (const component of fs.readdirSync(components)) {
      const inside = path.join(components, component)
      if (!fs.statSync(inside).isDirectory()) continue
      for (const name of fs.readdirSync(inside)) {
        if (name.endsWith('.njk') && name !== 'macro.njk') copy(path.join(inside, name), `components/${prefix}/${component}/${name}`)
      }
    }
  }
}

function reference() {
  const lists = Object.keys(require(path.join(root, 'package.json')).dependencies)
  for (const name of lists.filter((name) => name.startsWith('ms-'))) {
    const { version, license } = require(`${name}/package.json`)
    const items = require(name).map(({ value, label }) => ({ value, label }))
    write(`reference/${name}.json`, JSON.stringify({ package: name, version, license, items }))
  }
}

function fonts() {
  const scope = path.join(modules, '@expo-google-fonts')
  for (const family of fs.readdirSync(scope)) {
    // Chinese weighs 10 MB a weight: one must do.
    const weights = family === 'noto-sans-sc' ? ['400Regular'] : ['400Regular', '700Bold', '400Regular_Italic']
    for (const weight of weights) {
      const folder = path.join(scope, family, weight)
      if (!fs.existsSync(folder)) continue
      for (const name of fs.readdirSync(folder).filter((name) => name.endsWith('.ttf'))) {
        copy(path.join(folder, name), `fonts/${name}`)
      }
    }
  }
}

fs.rmSync(made, { recursive: true, force: true })
for (const step of [styles, scripts, images, templates, reference, fonts]) {
  process.stdout.write(`  ${step.name}\n`)
  step()
}
fs.rmSync(target, { recursive: true, force: true })
fs.renameSync(made, target)
process.stdout.write(`  written to ${path.relative(process.cwd(), target) || target}\n`)
