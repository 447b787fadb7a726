package org.corewebhook.servlet;

import java.nio.file.Path;

class SignatureFilterJettyTest extends SignatureFilterContract {

    @Override
    ServletContainer start(Path work, ServletContainer.Application application) throws Exception {
        return ServletContainer.jetty(application);
    }
}
