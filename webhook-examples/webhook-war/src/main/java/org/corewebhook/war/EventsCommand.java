package org.corewebhook.war;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;
import java.util.Base64;
import java.util.List;

/** {@code java -jar webhook.war events list|show|replay|purge|pause|resume}: the operator's hands on stored events. */
final class EventsCommand {

    private final AdminAccess admin;
    private final PrintStream out;
    private final PrintStream errors;

    EventsCommand(AdminAccess admin, PrintStream out, PrintStream errors) {
        this.admin = admin;
        this.out = out;
        this.errors = errors;
    }

    /** Does it and returns the process's exit code. */
    int run(List<String> arguments) {
        try {
            EventsArguments asked = EventsArguments.parse(arguments);
            AdminAccess.Answer answer = admin.ask(asked);
            print(asked, answer);
            out.flush();
            return 0;
        } catch (CommandFailedException e) {
            errors.println(e.getMessage());
            return e.exitCode();
        }
    }

    private void print(EventsArguments asked, AdminAccess.Answer answer) throws CommandFailedException {
        JsonNode json = json(answer.body());
        if (answer.status() != 200) {
            String detail = json.path("detail").asText("Status " + answer.status());
            throw new CommandFailedException(CommandFailedException.FAILED, detail);
        }
        if (asked.json()) {
            out.println(answer.body());
            return;
        }
        switch (asked.verb()) {
            case LIST -> {
                out.print(EventsTable.deliveries(json.path("events")));
                if (json.has("next_before")) {
                    errors.println("There are more: --before " + json.get("next_before"));
                }
            }
            case SHOW -> {
                out.print(EventsTable.event(json));
                if (json.has("body_base64")) {
                    out.println();
                    byte[] body =
                            Base64.getDecoder().decode(json.get("body_base64").asText());
                    out.write(body, 0, body.length);
                    out.println();
                }
            }
            case REPLAY -> out.println(json.path("replayed").asText() + " deliveries are replayed");
            case PURGE -> out.println(json.path("purged").asText() + " deliveries are purged");
            case PAUSE, RESUME ->
                out.println(json.path("lane").asText() + (json.path("paused").asBoolean() ? " is paused" : " goes on"));
        }
    }

    private static JsonNode json(String text) throws CommandFailedException {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new CommandFailedException(
                    CommandFailedException.FAILED, "The answer is not JSON: does another program listen there? " + e);
        }
    }
}
