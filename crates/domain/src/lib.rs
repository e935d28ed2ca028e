//! The rules of the work, in the team's words. No I/O, no clock, no randomness: today's date, the
//! present instant and new ids are parameters.

pub mod age;
pub mod calendar;
pub mod capacity;
pub mod clock;
pub mod coach;
mod coded;
pub mod consent;
pub mod contact;
pub mod digest;
pub mod episode;
pub mod evidence;
pub mod explanation;
pub mod family;
pub mod first_account;
pub mod form;
pub mod grant;
pub mod id;
pub mod london;
pub mod notification;
pub mod office_hours;
pub mod partial_date;
pub mod person;
pub mod preparation;
pub mod referral;
pub mod restriction;
pub mod retention;
pub mod review;
pub mod route;
pub mod sending;
pub mod task;
pub mod unknown;
pub mod user;
