package org.corewebhook.war;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EventsArgumentsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "list | GET | /admin/events",
                "list --state dead --limit 5 | GET | /admin/events?state=dead&limit=5",
                "list --lane orders/http_webhook --json | GET | /admin/events?lane=orders%2Fhttp_webhook",
                "show a-1 | GET | /admin/events/a-1",
                "show --id a-1 --body | GET | /admin/events/a-1?body=true",
                "show ../x?y | GET | /admin/events/..%2Fx%3Fy",
                "replay a-1 | POST | /admin/events/replay?id=a-1",
                "replay --all --state done | POST | /admin/events/replay?all=true&state=done",
                "purge --to 2026-01-31T12:00:00Z | DELETE | /admin/events?to=2026-01-31T12%3A00%3A00Z",
                "pause orders/a | POST | /admin/lanes/pause?lane=orders%2Fa",
                "RESUME --lane orders/a | POST | /admin/lanes/resume?lane=orders%2Fa",
            })
    void becomesARequestToTheAdminApi(String line, String method, String path) throws Exception {
        EventsArguments arguments = parse(line);

        assertThat(arguments.method()).isEqualTo(method);
        assertThat(arguments.path()).isEqualTo(path);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "lst | Unknown command lst",
                "list extra | Unknown argument extra",
                "list --colour red | Unknown argument --colour",
                "show | Name the id",
                "pause | Name the lane",
                "replay a b | Unknown argument b",
                "list --limit | A value is missing after --limit",
                "list --endpoint --json | A value is missing after --endpoint",
                "list --url localhost:8000 | --url must be like",
                "list --url ftp://x | --url must be like",
            })
    void saysWhatIsWrongAndHowToUseIt(String line, String message) {
        assertThatThrownBy(() -> parse(line))
                .isInstanceOf(CommandFailedException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("usage: java -jar webhook.war events");
    }

    @Test
    void knowsTheReceiversUrlAndWhetherToPrintJson() throws Exception {
        EventsArguments arguments = parse("list --json --url http://127.0.0.1:9/base/");

        assertThat(arguments.json()).isTrue();
        assertThat(arguments.url()).hasToString("http://127.0.0.1:9/base");
    }

    private static EventsArguments parse(String line) throws CommandFailedException {
        return EventsArguments.parse(List.of(line.split(" ")));
    }
}
