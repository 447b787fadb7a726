package org.corewebhook.war;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.corewebhook.store.jdbc.SqliteLibrary;

/**
 * {@code unpack DIRECTORY}: lays the WAR out as one jar and a folder of libraries, which the JVM loads itself. That
 * starts faster than reading jars within a file, and only such classes go into an archive of the JVM (AppCDS, JEP 514).
 */
final class UnpackCommand {

    private static final String CLASSES = "WEB-INF/classes/";
    private static final String LIBRARIES = "WEB-INF/lib/";
    private static final String LIBRARIES_OF_JAVA_JAR = "WEB-INF/lib-provided/";

    /**
     * What every start reads stands first: a class is looked for in one library after the other, and one that stands
     * last is found 0.15 ms later. Of Tomcat alone a start needs 400 classes.
     */
    private static final List<String> FIRST_LIBRARIES = List.of("webhook-", "tomcat-", "slf4j-", "jackson-", "sqlite-");

    private static final String NATIVE_ACCESS = "Enable-Native-Access";

    /** Where native libraries are laid out, beside {@code webhook.jar}. */
    static final String NATIVE_LIBRARIES = "lib/native";

    private final Path war;
    private final PrintStream out;
    private final PrintStream err;

    UnpackCommand(Path war, PrintStream out, PrintStream err) {
        this.war = war;
        this.out = out;
        this.err = err;
    }

    /** Unpacks and returns the exit code. */
    int run(List<String> arguments) {
        if (arguments.size() != 1) {
            err.println("Say where to: unpack DIRECTORY");
            return 2;
        }
        Path directory = Path.of(arguments.get(0));
        try {
            if (!isEmpty(directory)) {
                err.println(directory + " is not empty: choose another directory");
                return 1;
            }
            unpack(directory);
            out.println("Start it with: java -jar " + directory.resolve("webhook.jar"));
            return 0;
        } catch (IOException e) {
            err.println("Cannot unpack " + war + " to " + directory + ": " + e);
            return 1;
        }
    }

    private static boolean isEmpty(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return true;
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.findAny().isEmpty();
        }
    }

    private void unpack(Path directory) throws IOException {
        Path libraries = Files.createDirectories(directory.resolve("lib"));
        SqliteLibrary.copyTo(directory.resolve(NATIVE_LIBRARIES));
        try (JarFile file = new JarFile(war.toFile())) {
            List<String> classPath = new ArrayList<>();
            for (JarEntry entry : entries(file)) {
                String name = entry.getName();
                if (isLibrary(name)) {
                    Path library = libraries.resolve(name.substring(name.lastIndexOf('/') + 1));
                    try (InputStream content = file.getInputStream(entry)) {
                        Files.copy(content, library);
                    }
                    classPath.add("lib/" + library.getFileName());
                }
            }
            classPath.sort(Comparator.comparingInt(UnpackCommand::place)); // stable: else the order of the WAR
            writeClasses(file, manifest(file, classPath), directory.resolve("webhook.jar"));
        }
    }

    private static boolean isLibrary(String name) {
        return name.endsWith(".jar") && (name.startsWith(LIBRARIES) || name.startsWith(LIBRARIES_OF_JAVA_JAR));
    }

    private static int place(String library) {
        for (int place = 0; place < FIRST_LIBRARIES.size(); place++) {
            if (library.startsWith("lib/" + FIRST_LIBRARIES.get(place))) {
                return place;
            }
        }
        return FIRST_LIBRARIES.size();
    }

    private static void writeClasses(JarFile from, Manifest manifest, Path to) throws IOException {
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(to), manifest)) {
            for (JarEntry entry : entries(from)) {
                if (!entry.isDirectory() && entry.getName().startsWith(CLASSES)) {
                    jar.putNextEntry(new JarEntry(entry.getName().substring(CLASSES.length())));
                    try (InputStream content = from.getInputStream(entry)) {
                        content.transferTo(jar);
                    }
                    jar.closeEntry();
                }
            }
        }
    }

    private static Manifest manifest(JarFile file, List<String> classPath) throws IOException {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        attributes.put(Attributes.Name.MAIN_CLASS, Main.class.getName());
        attributes.put(Attributes.Name.CLASS_PATH, String.join(" ", classPath));
        String nativeAccess = file.getManifest().getMainAttributes().getValue(NATIVE_ACCESS);
        if (nativeAccess != null) {
            attributes.putValue(NATIVE_ACCESS, nativeAccess);
        }
        return manifest;
    }

    private static List<JarEntry> entries(JarFile file) {
        return file.stream().toList();
    }
}
