package org.corewebhook.redis;

import java.util.List;
import org.corewebhook.WebhookEvent;
import org.corewebhook.spi.DeliveryException;
import redis.clients.jedis.CommandArguments;

/** Says how an event is written to Redis; thread-safe. */
@FunctionalInterface
interface EventCommands {

    /** Returns the commands of one event; sent without anything in between, but a transaction only if they say so. */
    List<CommandArguments> of(WebhookEvent event) throws DeliveryException;
}
