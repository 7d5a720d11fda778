/**
 * The fields of RabbitMQ that the embedded broker leaves out: it has nothing true to put there. Fields
 * that RabbitMQ itself leaves out at times are not listed.
 */
export const absent: Readonly<Record<string, readonly string[]>> = {
  // Nobody remembers who declared it.
  exchange: ['user_who_performed_action'],
  overview: [
    // The broker is not written in Erlang.
    'crypto_lib_version',
    'erlang_full_version',
    'erlang_version',
    // It counts no events over time.
    'churn_rates',
    'sample_retention_policies',
    'statistics_db_event_queue',
    'require_definition_json_extension',
  ],
}
