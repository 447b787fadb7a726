package org.corewebhook.websocket;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.corewebhook.spi.OutputModuleProvider;
import org.corewebhook.testkit.OutputModuleContract;
import org.corewebhook.testkit.Refusal;
import org.corewebhook.testkit.server.TestPrograms;

/** The contract against a real peer, once for each way of sending and confirming. */
abstract class WebSocketContract extends OutputModuleContract {

    private final Peer peer = Peer.shared();
    private final String channel = Peer.newChannel();

    /** Returns the settings that make the difference. */
    abstract Map<String, ?> variant();

    abstract byte[] body(Peer.Message message);

    @Override
    protected OutputModuleProvider provider() {
        return new WebSocketProvider();
    }

    @Override
    protected Map<String, ?> workingSettings() {
        return settings(Map.of("url", peer.url(channel + "?replies=1000"), "timeout", "1m"));
    }

    @Override
    protected List<byte[]> received() {
        return peer.messages(channel).stream().map(this::body).toList();
    }

    @Override
    protected Map<String, ?> unreachableSettings() {
        return settings(Map.of(
                "url",
                "ws://127.0.0.1:" + TestPrograms.freePort() + "/" + SECRET + "?token=" + SECRET,
                "headers",
                Map.of("Authorization", "Bearer " + SECRET),
                "timeout",
                "2s"));
    }

    @Override
    protected Refusal refusal() {
        String query = "?refuse=%7B%7D&code=1008&token=" + SECRET;
        return Refusal.by(settings(Map.of("url", peer.url(channel + query), "timeout", "1m")));
    }

    @Override
    protected Map<String, ?> badSettings() {
        return Map.ofEntries(
                Map.entry("url", "http://user:" + SECRET + "@peer.example/"),
                Map.entry("format", 7),
                Map.entry("confirm", SECRET),
                Map.entry("wait_for_response", SECRET),
                Map.entry("include_headers", SECRET),
                Map.entry("include_id", SECRET),
                Map.entry("timeout", SECRET),
                Map.entry("ping_interval", SECRET),
                Map.entry("check_after_idle", SECRET),
                Map.entry("headers", Map.of("X-Broken", SECRET + "\r\nX-Injected: 1")),
                Map.entry("ca_file", "/nowhere/" + SECRET));
    }

    @Override
    protected int expectedProblems() {
        return 11;
    }

    private Map<String, ?> settings(Map<String, ?> of) {
        Map<String, Object> settings = new HashMap<>(of);
        settings.putAll(variant());
        return settings;
    }
}
