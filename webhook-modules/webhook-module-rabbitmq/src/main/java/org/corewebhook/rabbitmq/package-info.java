/** The output {@code rabbitmq}: events to a RabbitMQ queue or exchange (AMQP 0-9-1), confirmed by the broker. */
@NullMarked
package org.corewebhook.rabbitmq;

import org.jspecify.annotations.NullMarked;
