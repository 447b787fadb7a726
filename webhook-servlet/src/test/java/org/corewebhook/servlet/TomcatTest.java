package org.corewebhook.servlet;

import java.nio.file.Path;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.junit.jupiter.api.io.TempDir;

class TomcatTest extends ContainerContract {

    @TempDir
    private Path folder;

    private final Tomcat tomcat = new Tomcat();

    @Override
    int start(WebhookFilter filter, EchoServlet echo) throws Exception {
        tomcat.setBaseDir(folder.toString());
        Connector connector = new Connector();
        connector.setPort(0);
        connector.setProperty("address", "127.0.0.1");
        connector.setProperty("continueResponseTiming", "onRead");
        tomcat.setConnector(connector);
        Context context = tomcat.addContext("", null);
        FilterDef definition = new FilterDef();
        definition.setFilterName("webhooks");
        definition.setFilter(filter);
        definition.setAsyncSupported(String.valueOf(answersLate()));
        context.addFilterDef(definition);
        FilterMap map = new FilterMap();
        map.setFilterName("webhooks");
        map.addURLPattern("/*");
        context.addFilterMap(map);
        Tomcat.addServlet(context, "echo", echo).setAsyncSupported(answersLate());
        context.addServletMappingDecoded("/*", "echo");
        tomcat.start();
        return connector.getLocalPort();
    }

    @Override
    void stop() throws Exception {
        tomcat.stop();
        tomcat.destroy();
    }
}
