package org.corewebhook.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.apache.catalina.util.ServerInfo;
import org.junit.jupiter.api.Test;

class SignatureFilterTomcatTest extends SignatureFilterContract {

    @Override
    ServletContainer start(Path work, ServletContainer.Application application) throws Exception {
        return ServletContainer.tomcat(work, application);
    }

    @Test
    void runsInTheTomcatThatThisRunIsFor() {
        assertThat(ServerInfo.getServerNumber()).startsWith(System.getProperty("expected.tomcat"));
    }
}
