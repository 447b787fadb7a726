package org.corewebhook.peers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** A controller that verifies a webhook as one writes it by hand: a new Mac for each, and a tree of the JSON. */
@SpringBootApplication
@RestController
public class SpringBootPeer {

    private final ObjectMapper json;
    private final SecretKeySpec key;

    SpringBootPeer(ObjectMapper json, @Value("${WEBHOOK_SECRET}") String secret) {
        this.json = json;
        key = new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256");
    }

    public static void main(String[] arguments) {
        SpringApplication.run(SpringBootPeer.class, arguments);
    }

    @PostMapping("/webhook/orders")
    ResponseEntity<String> receive(
            @RequestBody byte[] body, @RequestHeader("X-Hub-Signature-256") String signature)
            throws GeneralSecurityException, IOException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(key);
        String expected = "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
        if (!MessageDigest.isEqual(
                expected.getBytes(StandardCharsets.UTF_8), signature.getBytes(StandardCharsets.UTF_8))) {
            return answer(HttpStatus.UNAUTHORIZED);
        }
        try {
            json.readTree(body);
        } catch (JsonProcessingException e) {
            return answer(HttpStatus.BAD_REQUEST);
        }
        return answer(HttpStatus.OK);
    }

    /** A text has a Content-Length; an object that Spring turns into JSON would be sent in chunks. */
    private static ResponseEntity<String> answer(HttpStatus status) {
        return ResponseEntity.status(status)
                .contentType(MediaType.APPLICATION_JSON)
                .body("{\"message\":\"" + status + "\"}");
    }
}
