//! Where Nunjucks follows JavaScript and minijinja follows Python: printing, methods, maps in loops.

use minijinja::value::{Value, ValueKind, from_args};
use minijinja::{AutoEscape, Error, ErrorKind, Output, State, escape_formatter};

/// Prints booleans as `true` and `false` and nothing for nothing; text is escaped as Nunjucks does.
pub fn format(out: &mut Output, state: &mut State, value: &Value) -> Result<(), Error> {
    let value = printable(value);
    match value.as_str() {
        Some(text) if !value.is_safe() && *state.auto_escape() == AutoEscape::Html => {
            out.write_str(&escape(text)).map_err(Error::from)
        }
        _ => escape_formatter(out, state, &value),
    }
}

/// The `escape` filter: HTML stays as it is, anything else is escaped once.
pub fn escaped(value: Value) -> Value {
    if value.is_safe() {
        return value;
    }
    match printable(&value) {
        value if value.is_undefined() => Value::from_safe_string(String::new()),
        value => Value::from_safe_string(escape(&value.to_string())),
    }
}

/// Makes text safe between tags and in quoted attributes.
pub fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '`' => html.push_str("&#96;"),
            letter => html.push(letter),
        }
    }
    html
}

/// The value as JavaScript would put it into a string.
pub fn printable(value: &Value) -> Value {
    match value.kind() {
        ValueKind::None => Value::UNDEFINED,
        ValueKind::Bool => Value::from(if value.is_true() { "true" } else { "false" }),
        _ => value.clone(),
    }
}

/// The pairs of a map for `for name, value in …`; nothing for anything else.
pub fn entries(value: Value) -> Value {
    let Some(keys) = (value.kind() == ValueKind::Map)
        .then(|| value.try_iter().ok())
        .flatten()
    else {
        return Value::from(Vec::<Value>::new());
    };
    keys.filter_map(|key| {
        let item = value.get_item(&key).ok()?;
        Some(Value::from(vec![key, item]))
    })
    .collect()
}

/// The few JavaScript methods the components call.
pub fn method(_: &mut State, value: &Value, name: &str, args: &[Value]) -> Result<Value, Error> {
    match (value.kind(), name) {
        (ValueKind::Seq, "concat") => {
            let (more,): (Value,) = from_args(args)?;
            Ok(value.try_iter()?.chain([more]).collect())
        }
        (ValueKind::Seq, "includes") => {
            let (wanted,): (Value,) = from_args(args)?;
            Ok(Value::from(value.try_iter()?.any(|item| item == wanted)))
        }
        _ => Err(Error::from(ErrorKind::UnknownMethod)),
    }
}
