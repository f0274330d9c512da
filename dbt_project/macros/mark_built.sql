{% macro mark_built(results) -%}
    {#-
        At the end of a build in which every model was built and nothing failed, the file says so: then the next build may
        add to it. Anything less, and staging makes the file anew.
    -#}
    {%- if execute and flags.WHICH in ('build', 'run') and adapter.get_relation(target.database, 'raw', 'builds') -%}
        {%- set failed = [] -%}
        {%- set built = [] -%}
        {%- for result in results -%}
            {%- do (failed if result.status in ('error', 'fail', 'skipped') else built).append(result.node.unique_id) -%}
        {%- endfor -%}
        {%- for node in graph.nodes.values() if node.resource_type == 'model' and node.unique_id not in built -%}
            {%- do failed.append(node.unique_id) -%}
        {%- endfor -%}
        {#- the look-up above has opened a transaction, which dbt would roll back -#}
        update raw.builds set is_built = {{ failed | length == 0 }};
        commit
    {%- endif -%}
{%- endmacro %}
