package org.corewebhook.war;

import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketProcessorBase;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.jspecify.annotations.Nullable;

/**
 * Connections whose exchanges can be {@link EarlyEnd over before they are answered}. For Tomcat such a connection is
 * idle; here it is kept until it has what it is owed.
 */
final class SuspendingEndpoint extends NioEndpoint {

    /** Less than the seconds that Tomcat keeps an idle connection for. */
    private static final long SECONDS_BETWEEN_LOOKS = 1;

    private @Nullable ScheduledFuture<?> looks;

    @Override
    public void startInternal() throws Exception {
        super.startInternal();
        looks = getUtilityExecutor()
                .scheduleWithFixedDelay(
                        this::keepWhoWaits, SECONDS_BETWEEN_LOOKS, SECONDS_BETWEEN_LOOKS, TimeUnit.SECONDS);
    }

    @Override
    public void stopInternal() {
        if (looks != null) {
            looks.cancel(false);
        }
        super.stopInternal();
    }

    private void keepWhoWaits() {
        for (SocketWrapperBase<NioChannel> connection : getConnections()) {
            OwedAnswers owed = connection.getSocket() instanceof SuspendableChannel channel ? channel.owed() : null;
            if (owed != null) {
                owed.keepConnection();
            }
        }
    }

    @Override
    protected NioChannel createChannel(SocketBufferHandler buffers) {
        return isSSLEnabled()
                ? super.createChannel(buffers)
                : new SuspendableChannel(buffers, Duration.ofMillis(getKeepAliveTimeout()));
    }

    @Override
    protected SocketProcessorBase<NioChannel> createSocketProcessor(
            SocketWrapperBase<NioChannel> connection, SocketEvent event) {
        return new Service(connection, event);
    }

    /** The work of a thread for a connection; while it lasts the thread knows which one it is. */
    private final class Service extends SocketProcessor {

        Service(SocketWrapperBase<NioChannel> connection, SocketEvent event) {
            super(connection, event);
        }

        @Override
        protected void doRun() {
            if (Thread.currentThread() instanceof RequestThreads.RequestThread thread
                    && socketWrapper.getSocket() instanceof SuspendableChannel channel) {
                thread.served = channel.owed();
                try {
                    super.doRun();
                } finally {
                    thread.served = null;
                }
            } else {
                super.doRun();
            }
        }
    }
}
