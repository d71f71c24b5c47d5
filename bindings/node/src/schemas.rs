//! The JSON Schemas of everything that crosses, of which the typings are made.

use crate::error::Answer;
use crate::operations::{Call, Explained};
use crate::views::{AgentNow, QueueNow, TicketNow};
use deskmatch::{Event, Fault, Moment, Policy, PolicyPreview, Refusal, Request, Warning};
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::json;

/// Two sets of definitions by name: of what is handed in, where defaults may be left out, and of what comes back.
pub(crate) fn write(call: &mut Call<'_>) -> Answer<()> {
    let settings = SchemaSettings::draft2020_12();
    let mut given = SchemaGenerator::new(settings.clone().for_deserialize());
    let mut answered = SchemaGenerator::new(settings.for_serialize());
    given.subschema_for::<Request>();
    given.subschema_for::<Policy>();
    answered.subschema_for::<Event>();
    answered.subschema_for::<Refusal>();
    answered.subschema_for::<Explained>();
    answered.subschema_for::<Moment>();
    answered.subschema_for::<PolicyPreview>();
    answered.subschema_for::<deskmatch::View>();
    answered.subschema_for::<Warning>();
    answered.subschema_for::<Fault>();
    answered.subschema_for::<TicketNow<'static>>();
    answered.subschema_for::<AgentNow<'static>>();
    answered.subschema_for::<QueueNow<'static>>();
    answered.subschema_for::<crate::assign::Assignment>();
    call.write(&json!({ "given": given.take_definitions(true), "answered": answered.take_definitions(true) }))
}
