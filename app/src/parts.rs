//! Shared components that know no business: they take words and values, and give them a shape of `public/styles/parts`.

mod badge;
mod dialog;
mod empty;
mod field;
mod heading;
mod icon;
mod keyed_list;
mod notice;
mod print_button;
mod progress;
mod qr;
mod search_box;
mod stamp;
mod stepper;
mod toast;

pub(crate) use badge::Badge;
pub(crate) use dialog::{CloseButton, Dialog};
pub(crate) use empty::Empty;
pub(crate) use field::Field;
pub(crate) use heading::Heading;
pub(crate) use icon::{Drawing, Icon};
pub(crate) use keyed_list::{Item, keyed_list};
pub(crate) use notice::{Notice, NoticeKind};
pub(crate) use print_button::PrintButton;
pub(crate) use progress::Progress;
pub(crate) use qr::Qr;
pub(crate) use search_box::SearchBox;
pub(crate) use stamp::{Pattern, Stamp, Stamped, set_flag};
pub(crate) use stepper::{Stepper, StepperFace, StepperMove};
pub(crate) use toast::{ToastStack, Toasts};
