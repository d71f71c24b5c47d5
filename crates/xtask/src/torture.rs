//! `cargo xtask torture`: what no host should do to a binding, a million times. A tenth of it is in `cargo xtask test`.

use crate::shell::Done;

pub(crate) fn run() -> Done {
    crate::node::torture()
}
