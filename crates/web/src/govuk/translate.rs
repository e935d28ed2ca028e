//! Turns a Nunjucks template into minijinja's dialect, as text, when it is loaded.
//!
//! Only what GOV.UK and MOJ Frontend write is handled; the fixtures say whether that is still enough.

/// Places where Nunjucks and Jinja differ in a way that no rule catches: a variable set inside a loop
/// and read after it, and English words built into a component. Template, what is there, what replaces it.
const BY_HAND: &[(&str, &str, &str)] = &[
    (
        "govuk/date-input/template.njk",
        "{%- set anyItemHasError = false %}",
        "{%- set any = namespace(error=false) %}",
    ),
    (
        "govuk/date-input/template.njk",
        "{% set anyItemHasError = true if item.error or (item.classes and \"govuk-input--error\" in item.classes) else anyItemHasError %}\n{% endfor -%}",
        "{% set any.error = true if item.error or (item.classes and \"govuk-input--error\" in item.classes) else any.error %}\n{% endfor -%}{% set anyItemHasError = any.error %}",
    ),
    (
        "govuk/summary-list/template.njk",
        "{%- set anyRowHasActions = false %}",
        "{%- set any = namespace(actions=false) %}",
    ),
    (
        "govuk/summary-list/template.njk",
        "{% set anyRowHasActions = true if row.actions.items | length else anyRowHasActions %}\n{% endfor -%}",
        "{% set any.actions = true if row.actions.items | length else any.actions %}\n{% endfor -%}{% set anyRowHasActions = any.actions %}",
    ),
    (
        "moj/timeline/template.njk",
        "by {{ item.byline",
        "{{ item.byline",
    ),
    (
        "moj/timeline/template.njk",
        "{%- if item.datetime.type %}",
        "{%- if item.datetime.text %}{{ item.datetime.text }}{%- elif item.datetime.type %}",
    ),
];

/// Macros that are functions here (see [`super::Components`]), so their imports fall away.
const FUNCTIONS: [&str; 3] = ["macro.njk", "attributes.njk", "i18n.njk"];

/// Returns the template in minijinja's dialect. `name` is where it lies, such as
/// `govuk/button/template.njk`.
pub fn translate(name: &str, source: &str) -> String {
    let mut source = source.to_owned();
    for (template, from, to) in BY_HAND {
        if name == *template {
            source = source.replacen(from, to, 1);
        }
    }
    let mut out = String::with_capacity(source.len());
    let mut rest = source.as_str();
    while let Some(start) = rest.find('{') {
        let (text, from_brace) = rest.split_at(start);
        out.push_str(text);
        let length = match from_brace.as_bytes().get(1) {
            Some(b'#') => comment(from_brace),
            Some(b'{' | b'%') => {
                let length = code(from_brace);
                let (open, inside) = from_brace[..length].split_at(2);
                let (inside, close) = inside.split_at(inside.len().saturating_sub(2));
                out.push_str(&block(open, inside, close));
                rest = &from_brace[length..];
                continue;
            }
            _ => 1,
        };
        out.push_str(&from_brace[..length]);
        rest = &from_brace[length..];
    }
    out.push_str(rest);
    out
}

/// The templates changed by hand, for the test that each change still finds its place.
pub fn changed_by_hand() -> impl Iterator<Item = (&'static str, &'static str)> {
    BY_HAND.iter().map(|(template, from, _)| (*template, *from))
}

/// Length of a comment, both ends included.
fn comment(text: &str) -> usize {
    text.find("#}").map_or(text.len(), |end| end + 2)
}

/// Length of `{{ … }}` or `{% … %}`, both ends included; braces and quotes inside are skipped.
fn code(text: &str) -> usize {
    let bytes = text.as_bytes();
    let tag = bytes[1] == b'%';
    let (mut at, mut depth) = (2, 0_usize);
    while at < bytes.len() {
        match bytes[at] {
            quote @ (b'"' | b'\'') => at += string(&bytes[at..], quote) - 1,
            b'%' if tag && bytes.get(at + 1) == Some(&b'}') => return at + 2,
            b'}' if !tag && depth == 0 && bytes.get(at + 1) == Some(&b'}') => return at + 2,
            b'{' => depth += 1,
            b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    text.len()
}

/// Length of a quoted string, quotes included.
fn string(bytes: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < bytes.len() && bytes[at] != quote {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    (at + 1).min(bytes.len())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Space,
    Text,
    Number,
    Name,
    Sign,
}

type Token<'a> = (Kind, &'a str);

fn block(open: &str, inside: &str, close: &str) -> String {
    let tokens = tokens(inside);
    let words: Vec<&str> = tokens
        .iter()
        .filter(|(kind, text)| *kind != Kind::Space && *text != "-")
        .map(|(_, text)| *text)
        .collect();
    if open == "{%" && words.first() == Some(&"from") && is_function(words.get(1)) {
        return String::new();
    }
    let pairs = open == "{%"
        && words.first() == Some(&"for")
        && words.get(2) == Some(&",")
        && words.get(4) == Some(&"in");
    let mut out = String::from(open);
    let mut braces = Vec::new();
    for at in 0..tokens.len() {
        out.push_str(&one(&tokens, at, &mut braces));
        if pairs && tokens[at].1 == "in" {
            return pairs_loop(out, &tokens[at + 1..], &mut braces) + close;
        }
    }
    out + close
}

fn is_function(path: Option<&&str>) -> bool {
    path.is_some_and(|path| {
        let path = path.trim_matches(['"', '\'']);
        FUNCTIONS.iter().any(|name| path.ends_with(name))
    })
}

/// `for a, b in x` → `for a, b in (x)|entries`; a closing `-` stays last.
fn pairs_loop(head: String, rest: &[Token<'_>], braces: &mut Vec<char>) -> String {
    let trims = rest.iter().rev().find(|(kind, _)| *kind != Kind::Space);
    let (rest, end) = match trims {
        Some((_, "-")) => {
            let at = rest.iter().rposition(|(_, text)| *text == "-");
            (&rest[..at.unwrap_or(rest.len())], " -")
        }
        _ => (rest, " "),
    };
    let expression: String = (0..rest.len()).map(|at| one(rest, at, braces)).collect();
    format!("{head} ({})|entries{end}", expression.trim())
}

/// One token, translated by what stands beside it.
fn one(tokens: &[Token<'_>], at: usize, braces: &mut Vec<char>) -> String {
    let (kind, text) = tokens[at];
    let before = beside(tokens[..at].iter().rev());
    let after = beside(tokens[at + 1..].iter());
    match (kind, text) {
        (Kind::Sign, "{" | "[" | "(") => braces.extend(text.chars()),
        (Kind::Sign, "}" | "]" | ")") => {
            braces.pop();
        }
        (Kind::Sign, "===") => return "==".into(),
        (Kind::Sign, "!==") => return "!=".into(),
        (Kind::Sign, "+") if !is_number(before) && !is_number(after) => return "~".into(),
        (Kind::Sign, ".") if is_length(tokens, at) => return "|".into(),
        (Kind::Name, "elseif") => return "elif".into(),
        (Kind::Name, "null") => return "none".into(),
        (Kind::Name, name)
            if after.is_some_and(|(_, text)| text == ":") && braces.last() == Some(&'{') =>
        {
            return format!("\"{name}\"");
        }
        _ => {}
    }
    text.to_owned()
}

fn beside<'a, 't: 'a>(mut tokens: impl Iterator<Item = &'a Token<'t>>) -> Option<Token<'t>> {
    tokens.find(|(kind, _)| *kind != Kind::Space).copied()
}

fn is_number(token: Option<Token<'_>>) -> bool {
    token.is_some_and(|(kind, _)| kind == Kind::Number)
}

fn is_length(tokens: &[Token<'_>], at: usize) -> bool {
    tokens
        .get(at + 1)
        .is_some_and(|(_, text)| *text == "length")
        && tokens.get(at + 2).is_none_or(|(_, text)| *text != "(")
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (kind, length) = match first {
            '"' | '\'' => (Kind::Text, string(rest.as_bytes(), first as u8)),
            c if c.is_whitespace() => (Kind::Space, run(rest, char::is_whitespace)),
            c if c.is_ascii_digit() => {
                (Kind::Number, run(rest, |c| c.is_ascii_digit() || c == '.'))
            }
            c if c.is_alphabetic() || c == '_' => {
                (Kind::Name, run(rest, |c| c.is_alphanumeric() || c == '_'))
            }
            c => {
                let long = ["===", "!==", "==", "!=", ">=", "<="];
                let sign = long.iter().find(|sign| rest.starts_with(**sign));
                (Kind::Sign, sign.map_or(c.len_utf8(), |sign| sign.len()))
            }
        };
        let (token, after) = rest.split_at(length);
        tokens.push((kind, token));
        rest = after;
    }
    tokens
}

fn run(text: &str, is: impl Fn(char) -> bool) -> usize {
    text.find(|c| !is(c)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(nunjucks: &str, minijinja: &str) {
        assert_eq!(translate("x", nunjucks), minijinja);
    }

    #[test]
    fn keys_of_maps_are_quoted_but_names_and_texts_are_left_alone() {
        check(
            "{{ f({ label: { text: a.b }, 'x': \"k: v\" }) }}",
            "{{ f({ \"label\": { \"text\": a.b }, 'x': \"k: v\" }) }}",
        );
    }

    #[test]
    fn javascript_signs_become_jinja_signs() {
        check("{% if a === null %}", "{% if a == none %}");
        check("{% elseif x.length > 1 %}", "{% elif x|length > 1 %}");
        check("{{ \"a+b\" + c }}", "{{ \"a+b\" ~ c }}");
        check("{{ loop.index + 1 }}", "{{ loop.index + 1 }}");
    }

    #[test]
    fn loops_over_a_map_take_its_pairs() {
        check(
            "{%- for a, b in x.y -%}",
            "{%- for a, b in (x.y)|entries -%}",
        );
        check("{% for a in x %}", "{% for a in x %}");
    }

    #[test]
    fn imports_of_functions_fall_away() {
        check("{% from \"../hint/macro.njk\" import govukHint %}a", "a");
        check("{# {% from x %} #}", "{# {% from x %} #}");
    }
}
