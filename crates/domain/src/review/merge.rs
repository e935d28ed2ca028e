//! Marks that overlap become one; a relative, a trade and a street close together become one finding,
//! because together they point to one family.

use super::{Kind, Mark};

/// Most bytes between two marks that are read together.
const NEAR: usize = 40;

/// Marks without overlaps, in order, on character boundaries; the weightiest kind stays.
pub fn overlaps(text: &str, mut marks: Vec<Mark>) -> Vec<Mark> {
    marks.retain(|mark| !mark.range.is_empty() && text.get(mark.range.clone()).is_some());
    marks.sort_by_key(|mark| (mark.range.start, mark.range.end));
    let mut out: Vec<Mark> = Vec::new();
    for mark in marks {
        match out.last_mut() {
            Some(last) if mark.range.start < last.range.end => absorb(last, mark),
            _ => out.push(mark),
        }
    }
    out
}

fn absorb(into: &mut Mark, mark: Mark) {
    into.range.end = into.range.end.max(mark.range.end);
    into.must_go |= mark.must_go;
    if mark.kind.weight() < into.kind.weight() {
        into.kind = mark.kind;
    }
}

/// Joins a relative with the trade, the business or the street named right after.
pub fn together(text: &str, marks: Vec<Mark>) -> Vec<Mark> {
    let mut out: Vec<Mark> = Vec::new();
    for mark in marks {
        if let Some(last) = out.last_mut()
            && may_join(last, &mark)
            && is_near(text, last, &mark)
        {
            last.range.end = mark.range.end;
            last.kind = Kind::Together;
            continue;
        }
        out.push(mark);
    }
    out
}

fn may_join(last: &Mark, mark: &Mark) -> bool {
    !last.must_go
        && !mark.must_go
        && matches!(last.kind, Kind::Relative | Kind::Together)
        && matches!(
            mark.kind,
            Kind::Business
                | Kind::Address
                | Kind::Institution
                | Kind::Occupation
                | Kind::Name
                | Kind::Together
        )
}

fn is_near(text: &str, last: &Mark, mark: &Mark) -> bool {
    let between = text
        .get(last.range.end..mark.range.start)
        .unwrap_or_default();
    between.len() <= NEAR && !between.contains(['.', '!', '?', ';', '\n'])
}
