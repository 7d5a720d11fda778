#!/bin/sh
# Creates a Secret with a new password for each user of users.yaml. If you run it again, it changes the passwords, and the
# operator tells RabbitMQ. Then restart the roles: kubectl --namespace orders rollout restart deployment
set -eu

for role in api relay saga payment stock mail projection keda; do
  user=orders-$role
  password=$(openssl rand -hex 24)
  kubectl create secret generic "$user" --dry-run=client --output=yaml \
    --from-literal=username="$user" \
    --from-literal=password="$password" \
    --from-literal=AMQP_URL="amqp://$user:$password@orders-rabbitmq" |
    # The topology operator only reads Secrets that have this label.
    kubectl label --local --filename=- --output=yaml rabbitmq.com/topology-operator=true |
    kubectl apply --namespace orders --filename=-
done
