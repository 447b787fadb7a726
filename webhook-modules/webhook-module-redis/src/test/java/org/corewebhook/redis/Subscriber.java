package org.corewebhook.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.BinaryJedisPubSub;
import redis.clients.jedis.Jedis;

/** Keeps every message of a channel from the moment it is made. */
final class Subscriber implements AutoCloseable {

    static final String THREAD = "test-subscriber";

    private final List<byte[]> messages = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch subscribed = new CountDownLatch(1);
    private final Jedis jedis;
    private final Thread thread;
    private final BinaryJedisPubSub listener = new BinaryJedisPubSub() {
        @Override
        public void onMessage(byte[] channel, byte[] message) {
            messages.add(message);
        }

        @Override
        public void onSubscribe(byte[] channel, int count) {
            subscribed.countDown();
        }
    };

    Subscriber(RedisServer server, String channel) throws InterruptedException {
        jedis = server.jedis();
        thread = new Thread(() -> jedis.subscribe(listener, channel.getBytes(UTF_8)), THREAD);
        thread.setDaemon(true);
        thread.start();
        if (!subscribed.await(20, TimeUnit.SECONDS)) {
            throw new IllegalStateException("Not subscribed");
        }
    }

    List<byte[]> messages() {
        synchronized (messages) {
            return new ArrayList<>(messages);
        }
    }

    @Override
    public void close() throws InterruptedException {
        listener.unsubscribe();
        thread.join(20_000);
        jedis.close();
    }
}
