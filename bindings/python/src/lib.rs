//! `deskmatch._native`: the engine as Python sees it. The package around it is in `python/deskmatch`.

mod assign;
mod engine;
mod error;
mod guard;
mod input;
mod listing;
mod logging;
mod matching;
mod output;
mod record;
mod records;
mod replay;
mod strategy;
mod testing;

use pyo3::prelude::*;

#[pymodule(gil_used = false)]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    records::add_to(module)?;
    module.add_class::<engine::Engine>()?;
    module.add_class::<engine::outcome::Outcome>()?;
    module.add_function(wrap_pyfunction!(logging::log_events, module)?)?;
    module.add_class::<replay::ReplayReport>()?;
    module.add_function(wrap_pyfunction!(assign::_assign, module)?)?;
    module.add_function(wrap_pyfunction!(replay::_replay, module)?)?;
    module.add_function(wrap_pyfunction!(replay::_simulate, module)?)?;
    module.add_class::<matching::AssignmentProblem>()?;
    module.add_class::<matching::Assignment>()?;
    module.add_class::<matching::DenseAssignment>()?;
    module.add_class::<matching::SizedAssignment>()?;
    module.add_function(wrap_pyfunction!(matching::linear_sum_assignment, module)?)?;
    module.add_function(wrap_pyfunction!(matching::assign_dense, module)?)?;
    module.add_function(wrap_pyfunction!(matching::assign_sized, module)?)?;
    module.add_function(wrap_pyfunction!(record::_revive, module)?)?;
    module.add_function(wrap_pyfunction!(engine::outcome::_revive_outcome, module)?)?;
    module.add_function(wrap_pyfunction!(listing::_listing, module)?)?;
    if std::env::var_os("DESKMATCH_TEST_HOOKS").is_some() {
        module.add_function(wrap_pyfunction!(guard::_panic_next, module)?)?;
        module.add_function(wrap_pyfunction!(guard::_take_panic, module)?)?;
        module.add_function(wrap_pyfunction!(testing::_play_case, module)?)?;
        module.add_function(wrap_pyfunction!(testing::_time_commands, module)?)?;
        module.add_function(wrap_pyfunction!(testing::_time_matrix, module)?)?;
        module.add_function(wrap_pyfunction!(testing::_solver_ns, module)?)?;
    }
    Ok(())
}
