#!/usr/bin/env python3
"""Writes models/hostile/pmml/*.pmml: the smallest malformed PMML documents, one fault each. What
each is refused with stands in test/unit/pmml_hostile_test.cpp.

    pmml_hostile.py [FOLDER]
"""
import os
import sys

folder = (
    sys.argv[1]
    if len(sys.argv) > 1
    else os.path.join(os.path.dirname(__file__), "..", "hostile", "pmml")
)
HEAD = '<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">\n<Header/>\n'
FIELDS = (
    '<DataField name="x" optype="continuous" dataType="double"/>'
    '<DataField name="c" optype="categorical" dataType="string"/>'
    '<DataField name="l" optype="categorical" dataType="string">'
    '<Value value="a"/><Value value="b"/></DataField>'
    '<DataField name="t" optype="continuous" dataType="double"/>'
)
SCHEMA = (
    '<MiningSchema><MiningField name="x"/><MiningField name="c"/><MiningField name="l"/>'
    '<MiningField name="t" usageType="target"/></MiningSchema>'
)
TABLE = (
    '<RegressionTable intercept="0"><NumericPredictor name="x" coefficient="1"/></RegressionTable>'
)


def document(*models, fields=FIELDS, transformations=""):
    dictionary = "<DataDictionary>%s</DataDictionary>\n" % fields
    shared = (
        "<TransformationDictionary>%s</TransformationDictionary>\n" % transformations
        if transformations
        else ""
    )
    return HEAD + dictionary + shared + "\n".join(models) + "\n</PMML>\n"


def regression(inside="", table=TABLE, function="regression", schema=SCHEMA, **attributes):
    more = "".join(' %s="%s"' % item for item in attributes.items())
    return '<RegressionModel functionName="%s"%s>\n%s%s\n%s\n</RegressionModel>' % (
        function,
        more,
        schema,
        inside,
        table,
    )


def derived(*expressions):
    """Local fields d0, d1, ...; the model uses the last one."""
    fields = "".join(
        '<DerivedField name="d%d" optype="continuous" dataType="double">%s</DerivedField>\n' % e
        for e in enumerate(expressions)
    )
    table = (
        '<RegressionTable intercept="0">'
        '<NumericPredictor name="d%d" coefficient="1"/></RegressionTable>' % (len(expressions) - 1)
    )
    return document(regression("<LocalTransformations>%s</LocalTransformations>" % fields, table))


def treated(attributes, fields=FIELDS):
    return document(
        regression(
            schema=(
                '<MiningSchema><MiningField name="x" %s/>'
                '<MiningField name="t" usageType="target"/></MiningSchema>' % attributes
            )
        ),
        fields=fields,
    )


def tree(nodes, attributes="", function="regression"):
    return document(
        '<TreeModel functionName="%s" %s>%s\n%s</TreeModel>' % (function, attributes, SCHEMA, nodes)
    )


def mining(segments, method="sum", function="regression"):
    return document(
        '<MiningModel functionName="%s">%s'
        '<Segmentation multipleModelMethod="%s">%s</Segmentation></MiningModel>'
        % (function, SCHEMA, method, segments)
    )


def apply(function, *args):
    return '<Apply function="%s">%s</Apply>' % (function, "".join(args))


def leaf(predicate):
    return '<Node score="1"><True/><Node score="2">%s</Node></Node>' % predicate


CLASSES = (
    '<RegressionModel functionName="classification" normalizationMethod="logit">%s'
    '<RegressionTable targetCategory="a" intercept="1"/>'
    '<RegressionTable targetCategory="b" intercept="0"/></RegressionModel>' % SCHEMA
)
X, C, ONE = '<FieldRef field="x"/>', '<FieldRef field="c"/>', "<Constant>1</Constant>"
A = '<Constant dataType="string">A</Constant>'
SIMPLE = '<SimplePredicate field="%s" operator="%s" value="%s"/>'
FILES = {
    # the text
    "bomb": (
        '<?xml version="1.0"?>\n<!DOCTYPE PMML [<!ENTITY a "aaaaaaaaaa">'
        '<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>\n'
        + document(regression()).replace('version="4.4"', 'version="&b;"')
    ),
    "truncated": document(regression())[:-30],
    "not_closed": document(regression()).replace("</RegressionModel>", ""),
    "nesting": HEAD + "<Extension>" * 5000 + "</Extension>" * 5000 + "</PMML>",
    "not_utf8": document(regression()).encode().replace(b'name="c"', b'name="\xff"'),
    "zero_byte": document(regression()).encode().replace(b"<Header/>", b"<Header/>\0"),
    "half_utf16": document(regression()).encode("utf-16")[:-1],
    "lone_surrogate": document(regression())
    .replace("<Header/>", "<Header>\ud800</Header>")
    .encode("utf-16", "surrogatepass"),
    "encoding": document(regression())
    .encode()
    .replace(b"<PMML", b'<?xml version="1.0" encoding="windows-1252"?><PMML', 1)
    .replace(b'name="c"', b'name="\x80"'),
    # the document
    "root": "<Model><!-- PMML --><PMML/></Model>",
    "version_2": document(regression()).replace('version="4.4"', 'version="2.1"'),
    "no_dictionary": HEAD + regression() + "</PMML>",
    "no_model": document(),
    "no_schema": document(regression(schema="")),
    "not_scorable": document(regression(isScorable="false")),
    "association": document(
        '<AssociationModel functionName="associationRules">%s</AssociationModel>' % SCHEMA
    ),
    "time_series": document(
        '<TimeSeriesModel functionName="timeSeries">%s</TimeSeriesModel>' % SCHEMA
    ),
    "text_model": document('<TextModel functionName="classification">%s</TextModel>' % SCHEMA),
    "function_name": document(regression(function="magic")),
    "no_function_name": document(regression()).replace(' functionName="regression"', ""),
    # fields
    "field_twice": document(regression(), fields=FIELDS + FIELDS),
    "field_type": document(regression(), fields=FIELDS.replace('"double"', '"quaternion"', 1)),
    "field_optype": document(regression(), fields=FIELDS.replace('"continuous"', '"discrete"', 1)),
    "field_value": document(
        regression(),
        fields=FIELDS.replace(
            'dataType="double"/>', 'dataType="double"><Value value="one"/></DataField>', 1
        ),
    ),
    "field_property": document(
        regression(), fields=FIELDS.replace('value="a"', 'value="a" property="magic"')
    ),
    "field_name": document(regression(), fields=FIELDS.replace(' name="x"', "")),
    "interval": document(
        regression(),
        fields=FIELDS.replace(
            'dataType="double"/>', 'dataType="double"><Interval closure="half"/></DataField>', 1
        ),
    ),
    "margin": document(
        regression(),
        fields=FIELDS.replace(
            'dataType="double"/>',
            'dataType="double"><Interval closure="openOpen" leftMargin="NaN"/></DataField>',
            1,
        ),
    ),
    "unknown_field": document(regression(table=TABLE.replace('"x"', '"nobody"'))),
    "schema_field": document(
        regression(schema=SCHEMA.replace('"x"', '"z"'), table=TABLE.replace('"x"', '"z"'))
    ),
    "invalid_treatment": treated('invalidValueTreatment="magic"'),
    "invalid_replacement": treated(
        'invalidValueTreatment="asValue"',
        FIELDS.replace(
            'dataType="double"/>', 'dataType="double"><Value value="1"/></DataField>', 1
        ),
    ),
    "missing_replacement": treated('missingValueReplacement="many"'),
    "outliers": treated('outliers="magic"'),
    "usage": treated('usageType="magic"'),
    # expressions
    "cycle_fields": derived(
        apply("+", ONE, '<FieldRef field="d1"/>'), apply("+", ONE, '<FieldRef field="d0"/>')
    ),
    "cycle_itself": derived('<FieldRef field="d0"/>'),
    "cycle_functions": document(
        regression(
            "<LocalTransformations><DerivedField name='d' optype='continuous' dataType='double'>"
            "%s</DerivedField></LocalTransformations>" % apply("f", X),
            TABLE.replace('"x"', '"d"'),
        ),
        transformations=(
            '<DefineFunction name="f" optype="continuous"><ParameterField name="p"/>'
            "%s</DefineFunction>" % apply("f", '<FieldRef field="p"/>')
        ),
    ),
    "deep_expression": derived("<Apply function='+'>" * 300 + ONE + ONE + "</Apply>" * 300),
    "deep_fields": derived(
        ONE, *[apply("+", ONE, '<FieldRef field="d%d"/>' % i) for i in range(300)]
    ),
    "unknown_function": derived(apply("frobnicate", X)),
    "unsupported_function": derived(apply("formatNumber", X, ONE)),
    "arity": derived(apply("ln", X, X)),
    "no_arguments": derived(apply("sum")),
    "no_expression": derived(""),
    "aggregate": derived('<Aggregate field="x" function="sum"/>'),
    "open_strings": derived(apply("stringLength", C)),
    "open_strings_two_ways": derived(
        apply("equal", apply("uppercase", C), A),
        apply("+", '<FieldRef field="d0"/>', apply("equal", C, A)),
    ),
    "open_strings_replaced": derived(
        apply("equal", apply("uppercase", '<FieldRef field="c" mapMissingTo="A"/>'), A)
    ),
    "open_strings_compared": derived(apply("equal", apply("uppercase", C), apply("lowercase", C))),
    "open_strings_many": derived(
        apply("equal", "<Apply function='trimBlanks'>" * 17 + C + "</Apply>" * 17, A)
    ),
    "number_string": derived(apply("uppercase", X)),
    "compare_types": derived(apply("equal", X, '<FieldRef field="l"/>')),
    "substring": derived(
        apply(
            "stringLength",
            apply("substring", '<FieldRef field="l"/>', "<Constant>0</Constant>", ONE),
        )
    ),
    "substring_fraction": derived(
        apply("equal", apply("substring", C, ONE, "<Constant>1.5</Constant>"), A)
    ),
    "line_points": derived(
        '<NormContinuous field="x"><LinearNorm orig="0" norm="1"/></NormContinuous>'
    ),
    "line_descends": derived(
        '<NormContinuous field="x"><LinearNorm orig="1" norm="1"/>'
        '<LinearNorm orig="0" norm="2"/></NormContinuous>'
    ),
    "line_string": derived(
        '<NormContinuous field="c"><LinearNorm orig="0" norm="1"/>'
        '<LinearNorm orig="1" norm="2"/></NormContinuous>'
    ),
    "bin_value": derived(
        '<Discretize field="x" dataType="double"><DiscretizeBin binValue="one">'
        '<Interval closure="openOpen" leftMargin="0"/></DiscretizeBin></Discretize>'
    ),
    "table_cell": derived(
        '<MapValues outputColumn="o"><FieldColumnPair field="l" column="i"/>'
        "<InlineTable><row><i>a</i></row></InlineTable></MapValues>"
    ),
    "table_elsewhere": derived(
        '<MapValues outputColumn="o"><FieldColumnPair field="l" column="i"/>'
        "<TableLocator/></MapValues>"
    ),
    "table_none": derived(
        '<MapValues outputColumn="o"><FieldColumnPair field="l" column="i"/></MapValues>'
    ),
    # regression
    "no_table": document(regression(table="")),
    "table_category": document(regression(table=TABLE, function="classification")),
    "coefficient": document(
        regression(table=TABLE.replace('coefficient="1"', 'coefficient="NaN"'))
    ),
    "no_coefficient": document(regression(table=TABLE.replace('coefficient="1"', ""))),
    "normalization": document(regression(normalizationMethod="magic")),
    "empty_term": document(
        regression(
            table=(
                '<RegressionTable intercept="0"><PredictorTerm coefficient="1"/></RegressionTable>'
            )
        )
    ),
    "float_context": document(regression(**{"x-mathContext": "half"})),
    "cast_integer": document(regression('<Targets><Target field="t" castInteger="up"/></Targets>')),
    "output_feature": document(
        regression('<Output><OutputField name="o" feature="magic"/></Output>')
    ),
    "output_rank": document(
        regression('<Output><OutputField name="o" feature="entityId" rank="0"/></Output>')
    ),
    # trees
    "no_node": tree(""),
    "no_predicate": tree('<Node score="1"/>'),
    "strategy": tree(leaf("<True/>"), 'missingValueStrategy="magic"'),
    "no_true_child": tree(leaf("<True/>"), 'noTrueChildStrategy="magic"'),
    "default_child": tree(
        '<Node score="1" defaultChild="9"><True/><Node id="2" score="2">%s</Node></Node>'
        % SIMPLE
        % ("x", "lessThan", "1"),
        'missingValueStrategy="defaultChild"',
    ),
    "operator": tree(leaf(SIMPLE % ("x", "about", "1"))),
    "threshold_nan": tree(leaf(SIMPLE % ("x", "lessThan", "NaN"))),
    "threshold_text": tree(leaf(SIMPLE % ("x", "lessThan", "much"))),
    "threshold_none": tree(leaf('<SimplePredicate field="x" operator="lessThan"/>')),
    "string_order": tree(leaf(SIMPLE % ("c", "lessThan", "much"))),
    "set_operator": tree(
        leaf(
            '<SimpleSetPredicate field="c" booleanOperator="has">'
            '<Array type="string">a</Array></SimpleSetPredicate>'
        )
    ),
    "set_count": tree(
        leaf(
            '<SimpleSetPredicate field="c" booleanOperator="isIn">'
            '<Array type="string" n="3">a b</Array></SimpleSetPredicate>'
        )
    ),
    "set_quote": tree(
        leaf(
            '<SimpleSetPredicate field="c" booleanOperator="isIn">'
            '<Array type="string">"a</Array></SimpleSetPredicate>'
        )
    ),
    "compound_operator": tree(
        leaf('<CompoundPredicate booleanOperator="nor"><True/></CompoundPredicate>')
    ),
    "compound_empty": tree(leaf('<CompoundPredicate booleanOperator="and"/>')),
    "deep_predicate": tree(
        leaf(
            '<CompoundPredicate booleanOperator="and">' * 300
            + "<True/>"
            + "</CompoundPredicate>" * 300
        )
    ),
    "score": tree('<Node score="high"><True/></Node>'),
    "embedded": tree('<Node score="1"><True/><Regression functionName="regression"/></Node>'),
    # several models
    "no_segments": mining(""),
    "segment_model": mining("<Segment><True/></Segment>"),
    "segment_predicate": mining("<Segment>%s</Segment>" % regression()),
    "segment_weight": mining('<Segment weight="heavy"><True/>%s</Segment>' % regression()),
    "segment_field": mining(
        "<Segment><True/>%s</Segment>" % regression().replace('"x"', '"later"')
    ),
    "method": mining("<Segment><True/>%s</Segment>" % regression(), "magic"),
    "mixed": mining("<Segment><True/>%s</Segment>" % regression(), "modelChain", "mixed"),
    "multi_chain_targets": mining(
        "<Segment><True/>%s</Segment><Segment><True/>%s</Segment>" % (regression(), regression()),
        "multiModelChain",
    ),
    "multi_chain_skip": mining(
        "<Segment><True/>%s</Segment>" % regression(),
        'multiModelChain" missingPredictionTreatment="skipSegment',
    ),
    "multi_chain_nested": mining(
        "<Segment><True/>%s</Segment>"
        % mining("<Segment><True/>%s</Segment>" % regression(), "multiModelChain")
        .split("</DataDictionary>")[1]
        .replace("</PMML>", ""),
        "sum",
    ),
    "multi_chain_output": mining(
        "<Segment><True/>%s</Segment>" % regression(), "multiModelChain"
    ).replace(
        "<Segmentation",
        '<Output><OutputField name="o" feature="predictedValue"/></Output><Segmentation',
    ),
    "weighted_median_classes": mining(
        "<Segment><True/>%s</Segment><Segment><True/>%s</Segment>" % (CLASSES, CLASSES),
        "weightedMedian",
        "classification",
    ),
    "select_all": mining("<Segment><True/>%s</Segment>" % regression(), "selectAll"),
    "sum_of_classes": mining(
        "<Segment><True/>%s</Segment>" % regression(), "majorityVote", "classification"
    ),
    "missing_prediction": mining("<Segment><True/>%s</Segment>" % regression()).replace(
        "<Segmentation", '<Segmentation missingPredictionTreatment="magic"'
    ),
    "chain_skip": mining(
        "<Segment><True/>%s</Segment>" % regression(),
        'modelChain" missingPredictionTreatment="skipSegment',
    ),
    "missing_threshold": mining(
        "<Segment><True/>%s</Segment>" % regression(), 'average" missingThreshold="1.5'
    ),
    "weight_of_median": mining(
        '<Segment><True/>%s<VariableWeight field="x"/></Segment>' % regression(), "weightedMedian"
    ),
    "weight_of_nobody": mining(
        '<Segment><True/>%s<VariableWeight field="z"/></Segment>' % regression(), "weightedSum"
    ),
    # what only a schema knows
    "unknown_attribute": document(regression(magic="1")),
    "unknown_element": document(regression("<Magic/>")),
    "unknown_in_segment": mining(
        "<Segment><True/>%s</Segment>"
        % regression().replace("<RegressionTable", '<RegressionTable magic="1"')
    ),
    "unknown_in_function": document(
        regression(),
        transformations=(
            '<DefineFunction name="f"><ParameterField name="p" magic="1"/>'
            '<FieldRef field="p"/></DefineFunction>'
        ),
    ),
    "misplaced_element": document(regression("<Node/>")),
    "output_twice": document(regression("<Output/><Output/>")),
    "two_predicates": tree('<Node score="1"><True/>%s</Node>' % SIMPLE % ("x", "lessThan", "1")),
    "two_expressions": derived(X + ONE),
    "two_models": mining("<Segment><True/>%s%s</Segment>" % (regression(), regression())),
    "several_values": document(
        regression(
            '<Output><OutputField name="o" feature="predictedValue" isMultiValued="1"/></Output>'
        )
    ),
    "rank_order": document(
        regression(
            '<Output><OutputField name="o" feature="predictedValue" rankOrder="ascending"/>'
            "</Output>"
        )
    ),
    "thermometer": derived('<NormDiscrete field="l" value="a" method="thermometer"/>'),
    "invalid_function": derived(
        '<Apply function="ln" invalidValueTreatment="asMissing">%s</Apply>' % X
    ),
    "decision_tree": document(
        '<MiningModel functionName="regression">%s<DecisionTree functionName="regression"/>'
        "</MiningModel>" % SCHEMA
    ),
    "segmentation_fields": mining(
        "<LocalTransformations/><Segment><True/>%s</Segment>" % regression()
    ),
    "table_target": document(
        regression(table=TABLE.replace("<RegressionTable", '<RegressionTable x-targetField="c"'))
    ),
    "tables_of_regression": document(regression(table=TABLE + TABLE)),
    "taxonomy": document(regression()).replace(
        "</DataDictionary>", '<Taxonomy name="t"/></DataDictionary>'
    ),
    "mining_field_twice": document(
        regression(
            schema=SCHEMA.replace(
                "</MiningSchema>",
                '<MiningField name="x" outliers="asMissingValues" lowValue="0"/></MiningSchema>',
            )
        )
    ),
    "function_twice": document(
        regression(),
        transformations=(
            '<DefineFunction name="f"><ParameterField name="p"/><FieldRef field="p"/>'
            "</DefineFunction>" * 2
        ),
    ),
    "missing_treatment": treated('missingValueTreatment="magic"'),
    "target_field": document(
        regression(
            '<Output><OutputField name="o" feature="predictedValue" targetField="c"/></Output>'
        )
    ),
    "target_twice": document(
        regression('<Targets><Target field="t"/><Target field="t" rescaleFactor="2"/></Targets>')
    ),
    "segment_id": document(
        regression(
            '<Output><OutputField name="o" feature="predictedValue" segmentId="1"/></Output>'
        )
    ),
    "no_such_segment": mining("<Segment><True/>%s</Segment>" % regression()).replace(
        "<Segmentation",
        (
            '<Output><OutputField name="o" feature="predictedValue" segmentId="9"/></Output>'
            "<Segmentation"
        ),
    ),
    "strategy_of_classes": tree(leaf("<True/>"), 'missingValueStrategy="aggregateNodes"'),
    "verification_count": document(
        regression(
            '<ModelVerification recordCount="2">'
            '<VerificationFields><VerificationField field="t"/></VerificationFields>'
            "<InlineTable><row><t>1</t></row></InlineTable></ModelVerification>"
        )
    ),
    "verification_value": document(
        regression(
            "<ModelVerification>"
            '<VerificationFields><VerificationField field="t"/></VerificationFields>'
            "<InlineTable><row><t>much</t></row></InlineTable></ModelVerification>"
        )
    ),
    "verification_precision": document(
        regression(
            "<ModelVerification>"
            '<VerificationFields><VerificationField field="t" precision="-1"/></VerificationFields>'
            "<InlineTable/></ModelVerification>"
        )
    ),
    "models_nested": document(
        "<MiningModel functionName='regression'>%s"
        "<Segmentation multipleModelMethod='sum'><Segment><True/>" % SCHEMA * 250
        + regression()
        + "</Segment></Segmentation></MiningModel>" * 250
    ),
}

os.makedirs(folder, exist_ok=True)
for name, text in FILES.items():
    with open(os.path.join(folder, name + ".pmml"), "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())
