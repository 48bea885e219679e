import JSON
import Signals
import Testing

@testable import BasicComponents

/// What clients send, judged as they know it from poly-lithic.
@Suite struct RequestBodyTests {
    private static func problems(_ text: String) -> String {
        do throws(RequestBody.Problems) {
            _ = try RequestBody.job(Array(text.utf8))
            return "none"
        } catch {
            return JSONWriter.text(of: .array(error.list))
        }
    }

    @Test(
        "What is wrong with a request is told as the originals tell it",
        arguments: [
            (#"{"variables": {"A": {"value": 1}}}"#, "none"), (#"{"variables": {}}"#, "none"),
            (
                #"{"variables": {"A": 3}}"#,
                #"[{"type":"model_attributes_type","loc":["body","variables","A"],"#
                    + #""msg":"Input should be a valid dictionary or object to extract fields from","input":3}]"#
            ),
            (
                #"{"variables": {"A": {}}}"#,
                #"[{"type":"missing","loc":["body","variables","A","value"],"msg":"Field required","input":{}}]"#
            ),
            (
                #"{"variables": {"A": {"value": 1, "extra": 2}}}"#,
                #"[{"type":"extra_forbidden","loc":["body","variables","A","extra"],"#
                    + #""msg":"Extra inputs are not permitted","input":2}]"#
            ),
            (
                #"{"job_id": 7, "variables": {}}"#,
                #"[{"type":"string_type","loc":["body","job_id"],"msg":"Input should be a valid string","input":7}]"#
            ),
            (
                #"{"variables": {"A": {"value": 1, "timestamp": "x", "metadata": []}}}"#,
                #"[{"type":"float_parsing","loc":["body","variables","A","timestamp"],"#
                    + #""msg":"Input should be a valid number, unable to parse string as a number","input":"x"},"#
                    + #"{"type":"dict_type","loc":["body","variables","A","metadata"],"#
                    + #""msg":"Input should be a valid dictionary","input":[]}]"#
            ),
            ("{}", #"[{"type":"missing","loc":["body","variables"],"msg":"Field required","input":{}}]"#),
            ("", #"[{"type":"missing","loc":["body"],"msg":"Field required","input":null}]"#),
        ]
    )
    func problems(text: String, expected: String) { #expect(Self.problems(text) == expected) }

    @Test("Broken JSON is told with its place")
    func broken() {
        #expect(Self.problems(#"{"variables": {"#).hasPrefix(#"[{"type":"json_invalid","loc":["body","#))
    }

    private static func refusal(_ kind: RequestVariable.Kind, _ size: [Int], _ json: String) -> String {
        let variable = RequestVariable(name: "V", kind: kind, size: size)
        do throws(RequestVariable.Refusal) {
            let value = try variable.value((try? JSONReader.value(of: Array(json.utf8))) ?? .null)
            return "\(JSONWriter.text(of: value.plainJSON))"
        } catch {
            return error.text
        }
    }

    @Test(
        "Values are taken as their variables want them, or refused in words that clients know",
        arguments: [
            (.scalar, [], "3", "3.0"), (.scalar, [], "true", "true"), (.scalar, [], "-0.5", "-0.5"),
            (.scalar, [], #""x""#, "Variable V (scalar) requires numeric/bool, got str"),
            (.scalar, [], "null", "Variable V (scalar) requires numeric/bool, got NoneType"),
            (.scalar, [], "[1]", "Variable V (scalar) requires numeric/bool, got list"),
            (.waveform, [3], "[1, 2.5, true]", "[1.0,2.5,1.0]"), (.waveform, [0], "[]", "[]"),
            (.waveform, [3], "[1, 2]", "Variable V (waveform) expects length 3, got 2"),
            (.waveform, [3], "[[1, 2, 3]]", "Variable V (waveform) requires 1-D data, got 2-D"),
            (.waveform, [3], "[[[[[1]]]]]", "Variable V (waveform) requires 1-D data, got 2-D"),
            (.waveform, [1], #"["a"]"#, "Variable V (waveform) requires numeric/bool dtype, got str"),
            (.waveform, [3], "1", "Variable V (waveform) requires a list, got int"),
            (.image, [2, 3], "[[1, 2, 3], [4, 5, 6]]", "[[1.0,2.0,3.0],[4.0,5.0,6.0]]"),
            (.image, [2, 3], "[[1, 2], [3, 4], [5, 6]]", "Variable V (image) expects shape (2, 3), got (3, 2)"),
            (.image, [2, 3], "[[1, 2, 3], [4, 5]]", "Variable V (image) requires lists of one length"),
            (.image, [2, 3], "[[1, 2, 3], 4]", "Variable V (image) requires lists of one length"),
            (.image, [2, 3], "[]", "Variable V (image) requires 2-D data, got 1-D"),
        ] as [(RequestVariable.Kind, [Int], String, String)]
    )
    func values(kind: RequestVariable.Kind, size: [Int], json: String, expected: String) {
        #expect(Self.refusal(kind, size, json) == expected)
    }

    @Test("Times go through seconds to a microsecond and better", arguments: [0.25, 1_700_000_000.25, -3.5, 8.9e9])
    func seconds(number: Double) { #expect(Stamp(seconds: number).seconds == number) }
}
