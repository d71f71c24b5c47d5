//! The policy: one document that says everything a desk may decide about assignment.

use super::answers::Warned;
use crate::error;
use crate::guard::guard;
use crate::input;
use crate::output::{self, ToPy};
use crate::record::{self, ClassInfo};
use deskmatch::ReadyMade;
use pyo3::prelude::*;
use pyo3::types::{PyString, PyTuple};
use std::path::PathBuf;

/// A policy: valid, and never changed.
///
/// Takes a document: a dictionary, or its JSON as a text. Every field has a default, so that `Policy({})` is a policy. Where a
/// policy is an argument, the document or the path of a file will do as well.
///
/// Raises `InvalidPolicyError` whose `faults` name the place of everything that is wrong.
#[pyclass(frozen, module = "deskmatch")]
pub(crate) struct Policy(pub(crate) deskmatch::Policy);

impl Policy {
    pub(crate) const CLASS: ClassInfo = ClassInfo {
        name: "Policy",
        base: None,
        doc: &[" A policy: valid, and never changed."],
        fields: &[],
        revive: |py, json| Ok(Bound::new(py, Policy(parse(json)?))?.into_any()),
        to_json: |value| value.cast::<Policy>().ok().map(|it| record::value_of(&it.get().0)),
    };
}

#[pymethods]
impl Policy {
    #[new]
    #[pyo3(signature = (document = None, /))]
    fn new(document: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        guard(|| policy_of(document).map(Policy))
    }

    /// A policy from its JSON.
    #[staticmethod]
    fn from_json(text: &str) -> PyResult<Self> {
        guard(|| parse(text).map(Policy))
    }

    /// A policy from a file of JSON.
    ///
    /// Raises `OSError` if the file cannot be read.
    #[staticmethod]
    fn load(path: PathBuf) -> PyResult<Self> {
        guard(|| parse(&error::read_file(&path)?).map(Policy))
    }

    /// One of the policies that come with Deskmatch: see `Policy.READY_MADE`.
    ///
    /// Raises `InvalidArgumentError` for a name that is none of them.
    #[staticmethod]
    fn ready_made(name: &str) -> PyResult<Self> {
        guard(|| match ReadyMade::named(name) {
            Some(policy) => Ok(Policy(deskmatch_documents::ready_made(policy))),
            None => Err(error::argument(
                "name",
                format!("there is no ready-made policy `{name}`; see `Policy.READY_MADE`"),
            )),
        })
    }

    /// The names of the ready-made policies.
    #[classattr]
    #[pyo3(name = "READY_MADE")]
    fn names(py: Python<'_>) -> PyResult<Py<PyTuple>> {
        Ok(PyTuple::new(py, ReadyMade::ALL.iter().map(|policy| policy.name()))?.unbind())
    }

    /// The JSON Schema (draft 2020-12) of policy documents.
    #[staticmethod]
    fn json_schema() -> PyResult<String> {
        guard(|| Ok(deskmatch::Policy::json_schema()))
    }

    /// What people call it.
    #[getter]
    fn name<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        guard(|| self.0.name.to_py(py))
    }

    /// What it is for.
    #[getter]
    fn description<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        guard(|| self.0.description.to_py(py))
    }

    /// The names of its queues.
    #[getter]
    fn queues<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        guard(|| self.0.queue_names().to_py(py))
    }

    /// The hash that decisions carry: 32 hexadecimal digits, equal for equal policies.
    #[getter]
    fn hash<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        guard(|| self.0.hash().to_py(py))
    }

    /// What its author should look at, given the agents it is for.
    #[pyo3(signature = (agents = None))]
    fn lint<'py>(&self, py: Python<'py>, agents: Option<&Bound<'py, PyAny>>) -> PyResult<Bound<'py, PyAny>> {
        guard(|| {
            let mut known = Vec::new();
            for (index, agent) in
                agents.map(|agents| agents.try_iter()).transpose()?.into_iter().flatten().enumerate()
            {
                known.push(super::documents::agent_of(&agent?, &format!("agents[{index}]"))?);
            }
            self.0.lint(&known).iter().map(Warned::from).collect::<Vec<_>>().to_py(py)
        })
    }

    /// The document.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        guard(|| output::plain(py, &self.0))
    }

    /// The document as JSON: the same text for equal policies.
    fn to_json(&self) -> PyResult<String> {
        guard(|| Ok(self.0.to_json()))
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> PyResult<bool> {
        guard(|| Ok(other.cast::<Policy>().is_ok_and(|other| other.get().0 == self.0)))
    }

    fn __hash__(&self) -> PyResult<u64> {
        guard(|| record::hash(&self.0))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        guard(|| Ok(format!("Policy({})", output::plain(py, &self.0)?.repr()?)))
    }

    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        guard(|| record::reduce(py, "Policy", &self.0))
    }
}

impl ToPy for deskmatch::Policy {
    fn hint() -> String {
        "Policy".to_owned()
    }

    fn to_py<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(Bound::new(py, Policy(self.clone()))?.into_any())
    }
}

fn parse(text: &str) -> PyResult<deskmatch::Policy> {
    deskmatch_documents::policy(text).map_err(|error| error::of_engine(&error))
}

/// The policy of an argument: a `Policy`, a dictionary, JSON, or the path of a file; `{}` if there is none.
pub(crate) fn policy_of(value: Option<&Bound<'_, PyAny>>) -> PyResult<deskmatch::Policy> {
    let Some(value) = value.filter(|value| !value.is_none()) else { return Ok(deskmatch::Policy::default()) };
    if let Ok(policy) = value.cast::<Policy>() {
        return Ok(policy.get().0.clone());
    }
    if let Ok(text) = value.cast::<PyString>() {
        let text = text.to_str()?;
        if !text.trim_start().starts_with('{') {
            let message = "a text must be the JSON of a policy; give the name of a file as `pathlib.Path`";
            return Err(error::argument("policy", message));
        }
        return parse(text);
    }
    if value.hasattr("__fspath__")? {
        return parse(&error::read_file(&value.extract::<PathBuf>()?)?);
    }
    parse(&input::json::write(value, "")?.to_string())
}
