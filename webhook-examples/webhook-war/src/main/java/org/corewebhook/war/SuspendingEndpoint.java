package org.corewebhook.war;

import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.apache.tomcat.util.net.SocketEvent;
import org.apache.tomcat.util.net.SocketProcessorBase;
import org.apache.tomcat.util.net.SocketWrapperBase;

/** Connections whose exchanges can be {@link EarlyEnd over before they are answered}. */
final class SuspendingEndpoint extends NioEndpoint {

    @Override
    protected NioChannel createChannel(SocketBufferHandler buffers) {
        return isSSLEnabled() ? super.createChannel(buffers) : new SuspendableChannel(buffers);
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
