package org.corewebhook.war;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A GitHub {@code push} delivery, as the README's curl sends it. */
final class GitHubPush {

    static final String SECRET = "It's a Secret to Everybody";
    static final byte[] BODY = ("{\"ref\":\"refs/heads/main\",\"after\":\"6113728f27ae82c7b1a177c8d03f9e96e0adf246\","
                    + "\"repository\":{\"full_name\":\"octo-org/žąsis ✓\"},\"commits\":[ ]  }\n")
            .getBytes(StandardCharsets.UTF_8);

    private GitHubPush() {}

    static String signature(byte[] body) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
    }

    static String[] headers(byte[] body) throws Exception {
        return new String[] {
            "Content-Type", "application/json", "X-GitHub-Event", "push", "X-Hub-Signature-256", signature(body)
        };
    }
}
