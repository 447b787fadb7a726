package org.corewebhook.war;

import jakarta.servlet.ServletException;
import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/**
 * Lets another thread go on with the answers when Tomcat, after it has sent one, finds the sender's next request there
 * and serves it at once. Thread-safe.
 */
final class NewRequestValve extends ValveBase {

    NewRequestValve() {
        super(true);
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        AnswersInTurn.handOver();
        getNext().invoke(request, response);
    }
}
