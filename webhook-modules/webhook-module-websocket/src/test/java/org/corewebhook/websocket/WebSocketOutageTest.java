package org.corewebhook.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What was answered 200 under {@code delivered} is on the peer's disk, whatever happens to the peer. */
class WebSocketOutageTest {

    private static final int THREADS = 64;

    /** Delivery goes on within 10 s of the peer's return; a machine that is busy with other things takes longer. */
    private static final Duration RECOVERY = Duration.ofSeconds(30);

    private static final Pattern NUMBER = Pattern.compile("\"n\":(\\d+)");

    @Test
    void losesNothingThatWasAnsweredWith200WhenThePeerIsKilledTwice() throws Exception {
        String channel = Peer.newChannel();
        AtomicBoolean wanted = new AtomicBoolean(true);
        try (Peer peer = Peer.start();
                Senders senders = new Senders(
                        Map.of("url", peer.url(channel + "?replies=1000000000"), "wait_for_response", true),
                        100,
                        Duration.ofSeconds(5))) {
            FutureTask<Void> sending = new FutureTask<>(() -> {
                senders.sendWhile(THREADS, wanted::get);
                return null;
            });
            new Thread(sending, "senders").start();
            try {
                for (int outage = 0; outage < 2; outage++) {
                    assertThat(moreAreAcceptedWithin(senders, RECOVERY)).isTrue();
                    peer.kill();
                    peer.restart();
                }
                assertThat(moreAreAcceptedWithin(senders, RECOVERY)).isTrue();
            } finally {
                wanted.set(false);
            }
            sending.get();

            assertThat(senders.accepted()).isNotEmpty();
            assertThat(numbers(peer, channel)).containsAll(senders.accepted());
        }
    }

    private static boolean moreAreAcceptedWithin(Senders senders, Duration atMost) {
        long start = System.nanoTime();
        int wanted = senders.accepted().size() + 200;
        int accepted = Await.until(() -> senders.accepted().size(), count -> count >= wanted);
        return accepted >= wanted && System.nanoTime() - start < atMost.toNanos();
    }

    private static Set<Integer> numbers(Peer peer, String channel) {
        Set<Integer> numbers = new HashSet<>();
        for (Peer.Message message : peer.messages(channel)) {
            Matcher number = NUMBER.matcher(message.text());
            assertThat(number.find()).isTrue();
            numbers.add(Integer.valueOf(number.group(1)));
        }
        return numbers;
    }
}
