import Foundation
import Testing

@testable import Settings

@Suite struct SettingsFileTests {
    /// Runs `body` with a folder that is gone afterwards.
    private func inFolder(_ body: (String) throws -> Void) throws {
        let url = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
            .appending(path: "baton-settings-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: url) }
        try body(url.path)
    }

    private func write(_ bytes: [UInt8], _ path: String) throws {
        try Data(bytes).write(to: URL(filePath: path))
    }

    private func problems(_ path: String) -> [String] {
        do throws(SettingsError) {
            _ = try RouterSettings.load(path: path)
            return []
        } catch {
            return error.problems
        }
    }

    @Test("secrets come from files, without the line end")
    func secrets() throws {
        try inFolder { folder in
            try write(Array("top-key\n".utf8), "\(folder)/alice.key")
            try write(Array(repeating: 7, count: 16), "\(folder)/secret")
            let lines =
                "cluster_secret_file: secret\nhttp: {api_keys: [{key_file: alice.key, tenant: alice}]}\n"
            try write(Array((routerText + lines).utf8), "\(folder)/router.yaml")
            let loaded = try RouterSettings.load(path: "\(folder)/router.yaml")
            #expect(loaded.value.clusterSecret == Array(repeating: 7, count: 16))
            #expect(loaded.value.http.apiKeys == [APIKey(key: "top-key", tenant: "alice")])
            #expect(!loaded.yaml.contains("top-key"))
            try write(Array(loaded.yaml.utf8), "\(folder)/printed.yaml")
            #expect(try RouterSettings.load(path: "\(folder)/printed.yaml").value == loaded.value)
        }
    }

    @Test("unusable secrets are problems that do not show them")
    func badSecrets() throws {
        try inFolder { folder in
            try write(Array("two words\n".utf8), "\(folder)/key")
            try write(Array(repeating: 7, count: 15), "\(folder)/secret")
            let lines = "cluster_secret_file: secret\nhttp: {api_keys: [{key_file: key, tenant: alice}]}\n"
            let file = "\(folder)/router.yaml"
            try write(Array((routerText + lines).utf8), file)
            #expect(
                problems(file) == [
                    "\(file):6: cluster_secret_file is \(folder)/secret, which has 15 bytes; "
                        + "use 16 random bytes or more",
                    "\(file):7: http.api_keys[0].key_file is \(folder)/key, whose content is no key; "
                        + "use 1 to 512 visible ASCII characters",
                ]
            )
        }
    }

    @Test("a file that cannot be read is named with the reason")
    func unreadable() throws {
        try inFolder { folder in
            let file = "\(folder)/f.yaml"
            #expect(problems(file) == ["\(file): cannot be read: No such file or directory"])
            #expect(problems(folder) == ["\(folder): cannot be read: Is a directory"])
            try write([0x6e, 0xff, 0x0a], file)
            #expect(problems(file) == ["\(file): cannot be read: it is not UTF-8 text"])
            try write(Array(repeating: 0x20, count: SmallFile.limit + 1), file)
            #expect(problems(file) == ["\(file): cannot be read: it has more than 1048576 bytes"])
        }
    }

    @Test(arguments: [
        ("a.pem", "/etc/baton/a.pem"), ("./a", "/etc/baton/a"), ("../c/a", "/etc/c/a"),
        ("../../../../a", "/a"),
        ("/a/../b", "/a/../b"), ("a/../b", "/etc/baton/a/../b"), ("a//b", "/etc/baton/a/b"),
    ])
    func paths(path: String, expected: String) {
        #expect(FilePath.resolve(path, in: "/etc/baton") == expected)
    }
}
