import Testing

@testable import Models

@Suite struct ModelReferenceTests {
    static let right: [(String, ModelReference)] = [
        ("beam.onnx", .path("beam.onnx")), ("/a/b", .path("/a/b")), ("./models:/x", .path("./models:/x")),
        ("models:/beam/3", .version(name: "beam", version: "3")),
        ("models:/group/beam/3", .version(name: "group/beam", version: "3")),
        ("models:/beam@champion", .alias(name: "beam", alias: "champion")),
        ("models:/be@m@champion", .alias(name: "be@m", alias: "champion")),
        ("models:/be@m/2", .version(name: "be@m", version: "2")),
        ("models:beam/3", .version(name: "beam", version: "3")),
        ("runs:/0a1b/model/beam.onnx", .run(id: "0a1b", path: "model/beam.onnx")),
    ]

    @Test("References are read, and written as they are read", arguments: right)
    func reading(text: String, expected: ModelReference) throws {
        let reference = try ModelReference(text)
        #expect(reference == expected)
        #expect(try ModelReference(reference.description) == expected)
    }

    static let wrong: [(String, String)] = [
        ("", "expected a model, found ''"),
        ("models:/beam", "expected models:/NAME/VERSION or models:/NAME@ALIAS, found 'models:/beam'"),
        ("models:/", "expected models:/NAME/VERSION or models:/NAME@ALIAS, found 'models:/'"),
        ("models:/beam/", "expected models:/NAME/VERSION or models:/NAME@ALIAS, found 'models:/beam/'"),
        ("models:/@x", "expected models:/NAME/VERSION or models:/NAME@ALIAS, found 'models:/@x'"),
        ("models:/beam@", "expected models:/NAME/VERSION or models:/NAME@ALIAS, found 'models:/beam@'"),
        ("runs:/0a1b", "expected runs:/ID/PATH, found 'runs:/0a1b'"),
        ("runs://x", "expected runs:/ID/PATH, found 'runs://x'"),
    ]

    @Test("What is no reference is refused", arguments: wrong)
    func refusing(text: String, expected: String) {
        do throws(ModelProblem) {
            Issue.record("\(try ModelReference(text)) was read")
        } catch {
            #expect(error.code == .badReference && error.problem == expected)
        }
    }
}
