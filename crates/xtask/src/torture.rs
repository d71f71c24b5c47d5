//! `cargo xtask torture`: what no host should do to a binding, a million times. A tenth of it is in `cargo xtask test`.

use crate::shell::Done;
use crate::{node, python};

pub(crate) fn run() -> Done {
    python::torture()?;
    node::torture()
}
