#!/bin/sh
# Uses the monitoring checks for RabbitMQ's management API, and reports in TAP.
. "${0%/*}/tap.sh"

authority=${MANAGEMENT_URL#http://}
credentials=${authority%@*}
address=${authority#*@}

nagios() {
  name=$1
  shift
  "check_rabbitmq_$name" --host "${address%:*}" --port "${address#*:}" \
    --user "${credentials%:*}" --password "${credentials#*:}" "$@"
}

curl --silent --user "$credentials" --request PUT --data '{"durable":true}' \
  "http://$address/api/queues/%2F/monitored"
check 'is alive' 'RABBITMQ_ALIVENESS OK.*' nagios aliveness
check 'has messages within limits' 'RABBITMQ_OVERVIEW OK.*' nagios overview
check 'has a queue within limits' 'RABBITMQ_QUEUE OK.*consumers=0.*' nagios queue --queue monitored
check 'counts connections' 'RABBITMQ_CONNECTIONS OK.*connections=0.*' nagios connections
check 'counts objects' 'RABBITMQ_OBJECTS OK.*' nagios objects
check 'reports a missing queue' 'RABBITMQ_QUEUE CRITICAL - Not Found.*' fails nagios queue --queue nope
finish
