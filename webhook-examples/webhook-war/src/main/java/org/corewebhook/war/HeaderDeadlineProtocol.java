package org.corewebhook.war;

import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.coyote.Processor;
import org.apache.coyote.Request;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 that gives the line and the headers of a request a time to arrive in full. Tomcat's own timeout starts anew
 * with each byte: whoever sends one every ten seconds would hold a connection for days. Thread-safe.
 */
final class HeaderDeadlineProtocol extends Http11NioProtocol {

    private static final long SECONDS_BETWEEN_LOOKS = 1;

    private final Duration deadline;
    private @Nullable ScheduledFuture<?> looks;

    HeaderDeadlineProtocol(NioEndpoint endpoint, Duration deadline) {
        super(endpoint);
        this.deadline = deadline;
    }

    @Override
    public void start() throws Exception {
        super.start();
        looks = getUtilityExecutor()
                .scheduleWithFixedDelay(
                        this::cutOffTheSlow, SECONDS_BETWEEN_LOOKS, SECONDS_BETWEEN_LOOKS, TimeUnit.SECONDS);
    }

    @Override
    public void stop() throws Exception {
        if (looks != null) {
            looks.cancel(false);
        }
        super.stop();
    }

    private void cutOffTheSlow() {
        long now = System.nanoTime();
        for (SocketWrapperBase<NioChannel> connection : getEndpoint().getConnections()) {
            if (isLate(connection.getCurrentProcessor(), now)) {
                connection.setError(new SocketTimeoutException("The headers did not arrive within " + deadline));
                connection.processSocket(SocketEvent.ERROR, true);
            }
        }
    }

    /**
     * A connection keeps its processor while it waits for more of the headers, and while an answer is brought by
     * another thread; neither while a thread works for it nor between requests.
     */
    private boolean isLate(@Nullable Object processor, long now) {
        if (!(processor instanceof Processor waiting) || waiting.isAsync()) {
            return false;
        }
        Request request = waiting.getRequest();
        return request != null
                && request.getStartTimeNanos() > 0
                && now - request.getStartTimeNanos() > deadline.toNanos();
    }
}
