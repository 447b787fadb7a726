package org.corewebhook.output;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** Says what an operator can do about an {@link IOException}. */
final class DiskTrouble {

    private DiskTrouble() {}

    /** Returns what is wrong with the folder and what to do. */
    static String describe(IOException e, String folder) {
        if (e instanceof AccessDeniedException) {
            return "No permission to write to " + folder + ": give it to the user that this process runs as";
        }
        if (e instanceof NoSuchFileException) {
            return folder + " has gone: it is made again with the next attempt";
        }
        // the operating system's text is all there is to go by
        String reason = e instanceof FileSystemException failure ? failure.getReason() : e.getMessage();
        String text = reason == null ? e.toString() : reason;
        if (e instanceof FileAlreadyExistsException || text.contains("Not a directory")) {
            return folder + " is not a folder: move away what is in its place, or change path";
        }
        if (text.contains("No space left")) {
            return "The disk that holds " + folder + " is full: free some space";
        }
        if (text.contains("quota exceeded")) {
            return "The disk quota for " + folder + " is used up: free some space, or raise it";
        }
        if (text.contains("Read-only file system")) {
            return folder + " is on a read-only file system: mount it writable, or change path";
        }
        return "Cannot write to " + folder + ": " + text;
    }
}
